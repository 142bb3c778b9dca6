// What changed between two dates?
// Relations that an article of the time between states, and that none before it stated (new), or none before it stated
// with this status (status). Articles without a date do not count.
// param since date required: the first day, as in 2026-01-01
// param until date required: the day after the last, as in 2026-12-31
// column change text: new or status
// column claim claim: the claim
// column subject entity: its subject
// column relation relation: its type
// column object entity: its object
// column status status: how far the article says it is true
// column article article: the article that says so
// column published date: when it was published
MATCH (article:Article)<-[cites:CITES]-(claim:Claim)
WHERE article.published >= $since AND article.published < $until AND cites.status IS NOT NULL
WITH DISTINCT article, claim, cites.status AS status
OPTIONAL MATCH (claim)-[said:CITES]->(before:Article) WHERE before.published < $since
WITH article, claim, status, collect(said.status) AS earlier
WHERE NOT status IN earlier
MATCH (subject:Entity)<-[:SUBJECT]-(claim)-[:OBJECT]->(object:Entity)
RETURN CASE WHEN size(earlier) > 0 THEN 'status' ELSE 'new' END AS change, claim.id AS claim, subject.id AS subject,
       claim.type AS relation, object.id AS object, status, article.id AS article, article.published AS published
ORDER BY published, article, claim
