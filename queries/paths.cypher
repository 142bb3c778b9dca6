// What are the shortest cited paths between two companies?
// All the shortest ones, up to three edges long, along edges of any direction and status, a place of operation aside.
// A path is given by the claims along it, each of which cites its articles (the question "citations").
// param company entity required: one end, as in Alibaba Group
// param other entity required: the other end, as in Z.ai
// column edges integer: the length of the path
// column claim_1 claim: the edge at the company
// column via_1 entity: where it leads, empty when that is the other end
// column claim_2 claim: the second edge
// column via_2 entity: where that leads
// column claim_3 claim: the third edge
MATCH (one:Entity {id: $company}), (two:Entity {id: $other})
MATCH path = allShortestPaths((one)-[:COMPETES_WITH|PARTNERS_WITH|MERGES_WITH|INVESTS_IN|ACQUIRES|SUBSIDIARY_OF|SUPPLIES|MAKES|LITIGATES_WITH|REGULATED_BY|LISTED_ON*..3]-(two))
WITH nodes(path) AS stops, relationships(path) AS steps
RETURN DISTINCT size(steps) AS edges, steps[0].claim_id AS claim_1,
       CASE WHEN size(steps) > 1 THEN stops[1].id END AS via_1,
       CASE WHEN size(steps) > 1 THEN steps[1].claim_id END AS claim_2,
       CASE WHEN size(steps) > 2 THEN stops[2].id END AS via_2,
       CASE WHEN size(steps) > 2 THEN steps[2].claim_id END AS claim_3
ORDER BY claim_1, claim_2, claim_3
