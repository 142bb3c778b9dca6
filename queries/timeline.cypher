// What do the articles say of a company, in order of time?
// param company entity required: the company, as in Alibaba Group
// column published date: when the article was published
// column article article: the article
// column claim claim: a relation or a figure, of or about the company
// column relation relation: the type of the relation
// column metric metric: or what the figure measures
// column subject entity: its subject
// column object entity: its object, or what the figure is about
// column status status: how far the article says the relation is true
// column value number: the figure's value
// column unit text: its unit
MATCH (:Entity {id: $company})<-[:SUBJECT|OBJECT]-(claim:Claim)-[cites:CITES]->(article:Article)
MATCH (claim)-[:SUBJECT]->(subject:Entity)
OPTIONAL MATCH (claim)-[:OBJECT]->(object:Entity)
RETURN DISTINCT article.published AS published, article.id AS article, claim.id AS claim,
       CASE WHEN claim:Figure THEN null ELSE claim.type END AS relation, claim.metric AS metric,
       subject.id AS subject, object.id AS object, cites.status AS status, claim.value AS value, claim.unit AS unit
ORDER BY published, article, claim
