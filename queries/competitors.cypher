// Who competes with a company, and which articles say so?
// param company entity required: the company, as in Alibaba Group
// column rival entity: the competitor
// column status status: how far the article says it is true
// column article article: the article that says so
// column published date: when it was published
// column quote text: the sentence
MATCH (:Entity {id: $company})<-[:SUBJECT|OBJECT]-(claim:Claim {type: 'competes_with'})-[:SUBJECT|OBJECT]->(rival:Entity)
WHERE rival.id <> $company
MATCH (claim)-[cites:CITES]->(article:Article)
RETURN DISTINCT rival.id AS rival, cites.status AS status, article.id AS article, article.published AS published,
       cites.quote AS quote
ORDER BY rival, published, article, quote
