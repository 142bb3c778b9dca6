// Who invests in whom, how much and when?
// An amount is money or a percentage that the article gives the investor or the target in the same sentence.
// param company entity optional: the investor or the target, as in Tarnbeck
// column investor entity: who invests
// column target entity: in whom or what
// column status status: how far the article says it is true
// column article article: the article that says so
// column published date: when it was published
// column quote text: the sentence
// column amount number: the amount, empty where the sentence gives none
// column unit text: an ISO 4217 code, or percent
MATCH (investor:Entity)<-[:SUBJECT]-(claim:Claim {type: 'invests_in'})-[:OBJECT]->(target:Entity)
WHERE $company IS NULL OR $company = investor.id OR $company = target.id
MATCH (claim)-[cites:CITES]->(article:Article)
OPTIONAL MATCH (article)<-[stated:CITES]-(figure:Figure)-[:SUBJECT]->(of:Entity)
WHERE of.id IN [investor.id, target.id] AND stated.start < cites.`end` AND cites.start < stated.`end`
  AND (figure.unit = 'percent' OR figure.unit =~ '[A-Z]{3}')
RETURN DISTINCT investor.id AS investor, target.id AS target, cites.status AS status, article.id AS article,
       article.published AS published, cites.quote AS quote, figure.value AS amount, figure.unit AS unit
ORDER BY investor, target, published, article, quote, amount
