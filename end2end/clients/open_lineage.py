"""What a pipeline does: tells of one run with OpenLineage's published client, which finds address and token in its environment.

What it reads, what it writes and how columns become each other are its arguments: INPUT OUTPUT FROM=TO ... A dataset is an address
in Pasar, or NAMESPACE|NAME.
"""

import sys
from datetime import datetime, timezone

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import column_lineage_dataset, data_quality_assertions_dataset, parent_run, schema_dataset, sql_job
from openlineage.client.uuid import generate_new_uuid


def named(text):
    namespace, _, name = text.rpartition("|")
    return namespace or "pasar", name


(source_namespace, source), (target_namespace, target), columns = named(sys.argv[1]), named(sys.argv[2]), sys.argv[3:]
pairs = [column.split("=") for column in columns]
client = OpenLineageClient()
run = Run(
    runId=str(generate_new_uuid()),
    facets={
        "parent": parent_run.ParentRunFacet(
            run=parent_run.Run(runId=str(generate_new_uuid())), job=parent_run.Job(namespace="nightly", name="all")
        )
    },
)
job = Job(namespace="nightly", name=f"build.{target}", facets={"sql": sql_job.SQLJobFacet(query="select 1")})
checks = data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
    assertions=[data_quality_assertions_dataset.Assertion(assertion="not_null", success=True, column=source_column) for source_column, _ in pairs]
)
inputs = [InputDataset(namespace=source_namespace, name=source, inputFacets={"dataQualityAssertions": checks})]
outputs = [
    OutputDataset(
        namespace=target_namespace,
        name=target,
        facets={
            "schema": schema_dataset.SchemaDatasetFacet(fields=[schema_dataset.SchemaDatasetFacetFields(name=to, type="text") for _, to in pairs]),
            "columnLineage": column_lineage_dataset.ColumnLineageDatasetFacet(
                fields={
                    to: column_lineage_dataset.Fields(
                        inputFields=[
                            column_lineage_dataset.InputField(
                                namespace=source_namespace,
                                name=source,
                                field=source_column,
                                transformations=[column_lineage_dataset.Transformation(type="DIRECT", subtype="IDENTITY")],
                            )
                        ]
                    )
                    for source_column, to in pairs
                }
            ),
        },
    )
]
for state in (RunState.START, RunState.COMPLETE):
    client.emit(RunEvent(eventType=state, eventTime=datetime.now(timezone.utc).isoformat(), run=run, job=job, inputs=inputs, outputs=outputs))
