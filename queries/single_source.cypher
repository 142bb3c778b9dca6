// Which claims about a company does only one source support?
// A source is a publisher; an article that names none is a source of its own.
// param company entity required: the company, as in Alibaba Group
// column claim claim: a relation or a figure, of or about the company
// column source text: the publisher, or the article's id
// column articles integer: how many of its articles say so
MATCH (:Entity {id: $company})<-[:SUBJECT|OBJECT]-(claim:Claim)-[:CITES]->(article:Article)
WITH claim, collect(DISTINCT coalesce(article.publisher, article.id)) AS sources, count(DISTINCT article) AS articles
WHERE size(sources) = 1
RETURN claim.id AS claim, sources[0] AS source, articles
ORDER BY claim
