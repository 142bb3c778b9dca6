// Which deals are planned or proposed, and not known to be done, failed or ended?
// Acquisitions, mergers and investments. No article states any other status of them.
// column buyer entity: who buys, invests or merges
// column relation relation: acquires, invests_in or merges_with
// column target entity: whom or what
// column status status: planned or proposed, as the article says
// column article article: the article that says so
// column published date: when it was published
// column quote text: the sentence
MATCH (claim:Claim)-[any_of:CITES]->(:Article)
WHERE claim.type IN ['acquires', 'invests_in', 'merges_with']
WITH claim, collect(DISTINCT any_of.status) AS stated
WHERE all(status IN stated WHERE status IN ['planned', 'proposed'])
MATCH (buyer:Entity)<-[:SUBJECT]-(claim)-[:OBJECT]->(target:Entity)
MATCH (claim)-[cites:CITES]->(article:Article)
RETURN DISTINCT buyer.id AS buyer, claim.type AS relation, target.id AS target, cites.status AS status,
       article.id AS article, article.published AS published, cites.quote AS quote
ORDER BY published, buyer, target, article, quote
