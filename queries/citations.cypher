// Which articles support a claim, in which words?
// param claim claim required: its id, as another question gives it
// column article article: the article
// column published date: when it was published
// column publisher text: who published it
// column quote text: the sentence
// column start integer: where it starts in the text, in code points
// column end integer: where it ends
// column confidence number: a probability, 0 to 1
MATCH (:Claim {id: $claim})-[cites:CITES]->(article:Article)
RETURN DISTINCT article.id AS article, article.published AS published, article.publisher AS publisher,
       cites.quote AS quote, cites.start AS start, cites.`end` AS `end`, cites.confidence AS confidence
ORDER BY published, article, start
