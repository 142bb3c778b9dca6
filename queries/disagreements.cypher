// On which figures do sources disagree?
// Figures of one subject, metric, unit, kind and period, and about the same, of which articles give different values.
// Where the articles name no period they may mean different ones: the question "figures" shows what they say.
// param company entity optional: whose figures, as in Alibaba Group
// column subject entity: whose figures
// column metric metric: what they measure
// column about entity: what they are about besides, such as the place of a market share
// column period text: an ISO 8601 date or interval, else the words of the article
// column kind text: reported, planned or forecast
// column unit text: an ISO 4217 code, percent or a plural noun
// column lowest number: the lowest value
// column highest number: the highest value
// column values integer: how many different values
// column articles integer: how many articles give one
MATCH (subject:Entity)<-[:SUBJECT]-(claim:Figure)-[:CITES]->(article:Article)
WHERE $company IS NULL OR subject.id = $company
OPTIONAL MATCH (claim)-[:OBJECT]->(about:Entity)
WITH subject.id AS subject, claim.metric AS metric, about.id AS about, coalesce(claim.period, claim.period_text) AS period,
     claim.kind AS kind, claim.unit AS unit, min(claim.value) AS lowest, max(claim.value) AS highest,
     count(DISTINCT claim.value) AS values, count(DISTINCT article) AS articles
WHERE values > 1 AND articles > 1
RETURN subject, metric, about, period, kind, unit, lowest, highest, values, articles
ORDER BY subject, metric, coalesce(period, ''), unit
