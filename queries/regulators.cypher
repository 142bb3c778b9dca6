// Which authorities investigate, fine, license or clear which companies?
// param company entity optional: the company or the authority, as in Stratoforge
// column regulated entity: the company or product
// column regulator entity: the authority or court
// column status status: how far the article says it is true
// column article article: the article that says so
// column published date: when it was published
// column quote text: the sentence
MATCH (regulated:Entity)<-[:SUBJECT]-(claim:Claim {type: 'regulated_by'})-[:OBJECT]->(regulator:Entity)
WHERE $company IS NULL OR $company = regulated.id OR $company = regulator.id
MATCH (claim)-[cites:CITES]->(article:Article)
RETURN DISTINCT regulated.id AS regulated, regulator.id AS regulator, cites.status AS status, article.id AS article,
       article.published AS published, cites.quote AS quote
ORDER BY regulated, regulator, published, article, quote
