// Who are the partners of a company's rivals?
// At least one article states each of the two edges as true; the question "edge" gives the articles of both.
// param company entity required: the company, as in Alibaba Group
// column rival entity: who competes with the company
// column partner entity: who partners with the rival
// column rivalry claim: the claim that they compete
// column partnership claim: the claim that they are partners
MATCH (:Entity {id: $company})<-[:SUBJECT|OBJECT]-(rivalry:Claim {type: 'competes_with'})-[:SUBJECT|OBJECT]->(rival:Entity)
WHERE rival.id <> $company
MATCH (rivalry)-[said:CITES]->(:Article) WHERE said.status IN ['current', 'completed']
WITH DISTINCT rival, rivalry
MATCH (rival)<-[:SUBJECT|OBJECT]-(partnership:Claim {type: 'partners_with'})-[:SUBJECT|OBJECT]->(partner:Entity)
WHERE partner.id <> rival.id AND partner.id <> $company
MATCH (partnership)-[says:CITES]->(:Article) WHERE says.status IN ['current', 'completed']
RETURN DISTINCT rival.id AS rival, partner.id AS partner, rivalry.id AS rivalry, partnership.id AS partnership
ORDER BY rival, partner
