package standard

import rego.v1

violations contains {
	"code": "personal_unprotected",
	"field": sprintf("datasets.%s.columns.%s", [dataset.name, column.name]),
	"message": sprintf("%s holds personal data and nothing protects it", [column.name]),
	"mend": "Choose a technique for the column",
	"page": "schema",
} if {
	some dataset in input.datasets
	some column in dataset.columns
	column.personal != "none"
	not is_protected(column)
}

is_protected(column) if {
	is_string(column.technique)
	column.technique in {"suppress", "mask", "pseudonym"}
}
