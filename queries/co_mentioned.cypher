// Whom do articles mention together with a company, though no claim joins the two?
// param company entity required: the company, as in Alibaba Group
// column other entity: the other company
// column articles integer: how many articles mention both
MATCH (company:Entity {id: $company})<-[:SUBJECT|OBJECT]-(:Claim)-[:SUBJECT|OBJECT]->(joined:Entity)
WITH collect(DISTINCT joined.id) AS related
MATCH (company:Entity {id: $company})<-[:MENTIONS]-(article:Article)-[:MENTIONS]->(other:Company)
WHERE other.id <> $company AND NOT other.id IN related
RETURN other.id AS other, count(DISTINCT article) AS articles
ORDER BY articles DESC, other
