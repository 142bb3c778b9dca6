// Which companies are the most connected?
// param minimum integer = 5: the fewest neighbors
// column company entity: the company
// column neighbors integer: entities at the other end of its relations, of any type and status
// column claims integer: its relations
MATCH (company:Company)<-[:SUBJECT|OBJECT]-(claim:Claim)-[:SUBJECT|OBJECT]->(other:Entity)
WHERE other.id <> company.id AND NOT claim:Figure
WITH company.id AS company, count(DISTINCT other) AS neighbors, count(DISTINCT claim) AS claims
WHERE neighbors >= $minimum
RETURN company, neighbors, claims
ORDER BY neighbors DESC, claims DESC, company
