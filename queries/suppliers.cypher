// Who supplies a company, and who supplies its suppliers?
// Edges of any status.
// param company entity required: the company, as in Alibaba Group
// column tier integer: 1 for a supplier, 2 for a supplier of a supplier
// column supplier entity: who supplies
// column customer entity: whom
// column claim claim: the edge; the question "citations" gives its articles
MATCH (company:Entity {id: $company})<-[edge:SUPPLIES]-(supplier:Entity)
RETURN 1 AS tier, supplier.id AS supplier, company.id AS customer, edge.claim_id AS claim
UNION
MATCH (company:Entity {id: $company})<-[:SUPPLIES]-(customer:Entity)<-[edge:SUPPLIES]-(supplier:Entity)
WHERE supplier.id <> $company
RETURN 2 AS tier, supplier.id AS supplier, customer.id AS customer, edge.claim_id AS claim
