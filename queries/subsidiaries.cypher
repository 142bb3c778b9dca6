// What are the subsidiaries of a company, on all levels?
// Cypher looks twenty levels deep. One row for each edge of the tree. At least one article states each edge as true.
// param company entity required: the company, as in Alibaba Group
// column subsidiary entity: a unit of the parent
// column parent entity: the company, or one of its subsidiaries
// column claim claim: the edge between the two; the question "citations" gives its articles
MATCH (company:Entity {id: $company})
OPTIONAL MATCH (company)<-[:SUBSIDIARY_OF*1..20 {holds: true}]-(below:Entity)
WITH company, collect(DISTINCT below) AS units
UNWIND units + [company] AS parent
MATCH (subsidiary:Entity)-[edge:SUBSIDIARY_OF {holds: true}]->(parent)
RETURN DISTINCT subsidiary.id AS subsidiary, parent.id AS parent, edge.claim_id AS claim
ORDER BY parent, subsidiary
