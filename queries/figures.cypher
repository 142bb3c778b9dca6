// What figures do the articles give of a company?
// param company entity required: the company, as in Alibaba Group
// param metric metric optional: what is measured, as in revenue
// column metric metric: what is measured
// column value number: the value
// column unit text: an ISO 4217 code, percent or a plural noun
// column period text: an ISO 8601 date or interval, else the words of the article
// column kind text: reported, planned or forecast
// column about entity: what it is about besides
// column article article: the article that says so
// column published date: when it was published
// column quote text: the sentence
MATCH (:Entity {id: $company})<-[:SUBJECT]-(claim:Figure)-[cites:CITES]->(article:Article)
WHERE $metric IS NULL OR claim.metric = $metric
OPTIONAL MATCH (claim)-[:OBJECT]->(about:Entity)
RETURN DISTINCT claim.metric AS metric, claim.value AS value, claim.unit AS unit,
       coalesce(claim.period, claim.period_text) AS period, claim.kind AS kind, about.id AS about,
       article.id AS article, article.published AS published, cites.quote AS quote
ORDER BY metric, coalesce(period, ''), coalesce(published, ''), article, value
