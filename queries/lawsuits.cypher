// Who sues whom?
// param company entity optional: either party, as in Lumivane
// column plaintiff entity: who sues
// column defendant entity: whom
// column status status: how far the article says it is true
// column article article: the article that says so
// column published date: when it was published
// column quote text: the sentence
MATCH (plaintiff:Entity)<-[:SUBJECT]-(claim:Claim {type: 'litigates_with'})-[:OBJECT]->(defendant:Entity)
WHERE $company IS NULL OR $company = plaintiff.id OR $company = defendant.id
MATCH (claim)-[cites:CITES]->(article:Article)
RETURN DISTINCT plaintiff.id AS plaintiff, defendant.id AS defendant, cites.status AS status, article.id AS article,
       article.published AS published, cites.quote AS quote
ORDER BY plaintiff, defendant, published, article, quote
