// Who else invests in what a company invests in?
// Edges of any status.
// param company entity required: the company, as in Alibaba Group
// column investor entity: the other investor
// column target entity: in whom or what both invest
// column ours claim: the claim that the company invests
// column theirs claim: the claim that the other does; the question "citations" gives the articles of both
MATCH (:Entity {id: $company})-[ours:INVESTS_IN]->(target:Entity)<-[theirs:INVESTS_IN]-(investor:Entity)
WHERE investor.id <> $company
RETURN DISTINCT investor.id AS investor, target.id AS target, ours.claim_id AS ours, theirs.claim_id AS theirs
ORDER BY investor, target
