// Which articles support the edges between two companies?
// param company entity required: one end, as in Alibaba Group
// param other entity required: the other end, as in Z.ai
// column claim claim: the edge
// column relation relation: its type
// column subject entity: its subject
// column object entity: its object
// column status status: how far the article says it is true
// column article article: the article that says so
// column published date: when it was published
// column publisher text: who published it
// column quote text: the sentence
// column start integer: where it starts in the text, in code points
// column end integer: where it ends
// column confidence number: a probability, 0 to 1
MATCH (one:Entity {id: $company})<-[:SUBJECT|OBJECT]-(claim:Claim)-[:SUBJECT|OBJECT]->(two:Entity {id: $other})
WHERE NOT claim:Figure
MATCH (subject:Entity)<-[:SUBJECT]-(claim)-[:OBJECT]->(object:Entity)
MATCH (claim)-[cites:CITES]->(article:Article)
RETURN DISTINCT claim.id AS claim, claim.type AS relation, subject.id AS subject, object.id AS object,
       cites.status AS status, article.id AS article, article.published AS published, article.publisher AS publisher,
       cites.quote AS quote, cites.start AS start, cites.`end` AS `end`, cites.confidence AS confidence
ORDER BY claim, published, article, start
