"""What a team does with Great Expectations: a checkpoint over a table, kept where the tool itself keeps its results.

The database is told as libpq is told of it (PGHOST and so on); the only argument is an empty folder for the project. Prints the file that
the tool wrote.
"""

import sys
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe

home = Path(sys.argv[1])
context = gx.get_context(mode="file", project_root_dir=str(home))
source = context.data_sources.add_postgres(
    "transport", connection_string="postgresql+psycopg2://${PGUSER}:${PGPASSWORD}@${PGHOST}:${PGPORT}/${PGDATABASE}"
)
# Called otherwise than the table is: what is checked is said by the table.
asset = source.add_table_asset("charging points", table_name="depots_dp_chargers", schema_name="ssot_a")
suite = context.suites.add(
    gx.ExpectationSuite(
        name="chargers",
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(min_value=1, max_value=100_000),
            gxe.ExpectColumnValuesToNotBeNull(column="charger_no"),
            gxe.ExpectColumnValuesToBeBetween(column="power_kw", min_value=-2, max_value=-1),
            gxe.ExpectColumnValuesToBeInSet(column="state", value_set=["Working"], severity="warning"),
            gxe.ExpectColumnValuesToBeUnique(column="no_such_column"),
        ],
    )
)
definition = gx.ValidationDefinition(name="chargers", data=asset.add_batch_definition_whole_table("whole"), suite=suite)
checkpoint = gx.Checkpoint(name="nightly", validation_definitions=[context.validation_definitions.add(definition)])
context.checkpoints.add(checkpoint).run()
(written,) = home.glob("gx/uncommitted/validations/**/*.json")
print(written)
