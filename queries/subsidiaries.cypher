// What are the subsidiaries of a company, on all levels?
// Cypher looks twenty levels deep. One row for each edge of the tree. At least one article states each edge as true.
// param company entity required: the company, as in Alibaba Group
// column subsidiary entity: a unit of the parent
// column parent entity: the company, or one of its subsidiaries
// column claim claim: the edge between the two; the question "citations" gives its articles
MATCH (:Entity {id: $company})<-[:SUBSIDIARY_OF*0..20 {holds: true}]-(parent:Entity)
WITH DISTINCT parent
MATCH (subsidiary:Entity)-[edge:SUBSIDIARY_OF {holds: true}]->(parent)
RETURN DISTINCT subsidiary.id AS subsidiary, parent.id AS parent, edge.claim_id AS claim
ORDER BY parent, subsidiary
