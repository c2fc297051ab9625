"""As validate.py, with Great Expectations 0.18, which writes its results otherwise."""

import sys
from pathlib import Path

import great_expectations as gx

home = Path(sys.argv[1])
home.mkdir()
context = gx.get_context(project_root_dir=str(home))
source = context.sources.add_postgres(
    "transport", connection_string="postgresql+psycopg2://${PGUSER}:${PGPASSWORD}@${PGHOST}:${PGPORT}/${PGDATABASE}"
)
asset = source.add_table_asset("bays by night", table_name="depots_dp_occupancy", schema_name="ssot_a")
request = asset.build_batch_request()
context.add_or_update_expectation_suite("occupancy")
validator = context.get_validator(batch_request=request, expectation_suite_name="occupancy")
validator.expect_column_values_to_not_be_null("night")
validator.expect_column_values_to_be_between("bays_taken", min_value=-2, max_value=-1)
validator.save_expectation_suite(discard_failed_expectations=False)
checkpoint = context.add_or_update_checkpoint(
    name="nightly", validations=[{"batch_request": request, "expectation_suite_name": "occupancy"}]
)
checkpoint.run()
(written,) = home.glob("gx/uncommitted/validations/**/*.json")
print(written)
