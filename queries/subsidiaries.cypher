// What are the subsidiaries of a company, on all levels?
// One row for each edge of the tree. At least one article states each edge as true.
// param company entity required: the company, as in Alibaba Group
// column subsidiary entity: a unit of the parent
// column parent entity: the company, or one of its subsidiaries
// column claim claim: the edge between the two; the question "citations" gives its articles
MATCH (company:Entity {id: $company})
MATCH (subsidiary:Entity)-[edge:SUBSIDIARY_OF]->(parent:Entity)
WHERE any(status IN edge.statuses WHERE status IN ['current', 'completed'])
OPTIONAL MATCH path = shortestPath((parent)-[:SUBSIDIARY_OF*..20]->(company))
WITH subsidiary, parent, company, edge, path
WHERE parent.id = company.id OR path IS NOT NULL
RETURN DISTINCT subsidiary.id AS subsidiary, parent.id AS parent, edge.claim_id AS claim
ORDER BY parent, subsidiary
