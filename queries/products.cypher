// What products are there, and who makes them?
// param company entity optional: the maker, or the product, as in Alibaba Group
// column maker entity: who makes, owns, launches or runs it
// column product entity: the product, technology or facility
// column status status: how far the article says it is true
// column article article: the article that says so
// column published date: when it was published
// column quote text: the sentence
MATCH (maker:Entity)<-[:SUBJECT]-(claim:Claim {type: 'makes'})-[:OBJECT]->(product:Entity)
WHERE $company IS NULL OR $company = maker.id OR $company = product.id
MATCH (claim)-[cites:CITES]->(article:Article)
RETURN DISTINCT maker.id AS maker, product.id AS product, cites.status AS status, article.id AS article,
       article.published AS published, cites.quote AS quote
ORDER BY maker, product, published, article, quote
