// What market shares do companies have in a place?
// The figure is about the place, or the sentence names it.
// param place entity required: the place, as in China
// column company entity: whose share
// column value number: in percent
// column period text: an ISO 8601 date or interval, else the words of the article
// column kind text: reported, planned or forecast
// column article article: the article that says so
// column published date: when it was published
// column quote text: the sentence
MATCH (place:Entity {id: $place})
MATCH (company:Entity)<-[:SUBJECT]-(claim:Figure {metric: 'market_share', unit: 'percent'})-[cites:CITES]->(article:Article)
OPTIONAL MATCH (claim)-[:OBJECT]->(about:Entity)
WITH place, company, claim, cites, article, about
WHERE about.id = place.id OR any(name IN place.aliases + [place.name] WHERE cites.quote CONTAINS name)
RETURN DISTINCT company.id AS company, claim.value AS value, coalesce(claim.period, claim.period_text) AS period,
       claim.kind AS kind, article.id AS article, article.published AS published, cites.quote AS quote
ORDER BY value DESC, company, article, quote
