// Real tools of a team, on the agencies' own Postgres: dbt with its OpenLineage integration, and Great Expectations. What they write is sent as
// they write it, and is then on the product's pages.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test, type APIRequestContext, type Browser } from "@playwright/test";
import { signIn } from "../fixtures";

const python = process.env.PASAR_TOOLS_PYTHON ?? "";
const product = "ssot-a.depots-dp";
const depots = `${product}.depots`;
const flows = "ssot-a.ridership-dp.flows_by_area";

type Node = { id: string; kind: string; address?: string; namespace?: string; name?: string; checks?: { met: number; missed: number } };
type Spot = { dataset: string; column: string } | null;
type Graph = { nodes: Node[]; edges: { from: string; to: string }[]; columns?: { from: Spot; to: Spot; direct: boolean; masked: boolean }[] };
type Check = { tool: string; title: string; dataset: string | null; column: string | null; outcome: string; unexpected: number | null };

/** A token of somebody who looks after the product, for all that tools do. */
async function token(browser: Browser): Promise<string> {
  const omar = await signIn(browser, "Omar Rahman");
  await omar.goto("/mine/tokens");
  await omar.getByLabel("Name", { exact: true }).fill(`Nightly tools ${Date.now()}`);
  for (const scope of ["Read what I may read", "Tell where data comes from, as pipelines do", "Report measurements, quality results and costs of products that I look after"]) {
    await omar.getByLabel(scope).check();
  }
  await omar.getByLabel("Until").fill(new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
  await omar.getByRole("button", { name: "Make token" }).click();
  return omar.locator("#token").innerText();
}

/** Where tools of a team work: in the agencies' database, with its owner's login. */
function workshop(python: string, place: string): NodeJS.ProcessEnv & { PGDATABASE: string } {
  const source = new URL(process.env.PASAR_SOURCE_OWNER_URL ?? "");
  return {
    ...process.env,
    PATH: `${dirname(python)}:${process.env.PATH ?? ""}`,
    PGHOST: source.hostname,
    PGPORT: source.port || "5432",
    PGUSER: decodeURIComponent(source.username),
    PGPASSWORD: decodeURIComponent(source.password),
    PGDATABASE: decodeURIComponent(source.pathname.slice(1)),
    // Both keep notes on their user where they find a home.
    HOME: place,
    GX_ANALYTICS_ENABLED: "false",
  };
}

test("what dbt and Great Expectations write is lineage and quality of the product", async ({ browser, baseURL, request }) => {
  test.skip(!python, "dbt and Great Expectations are not installed");
  test.setTimeout(180_000);
  const secret = await token(browser);
  const place = mkdtempSync(join(tmpdir(), "pasar-tools-"));
  const tools = workshop(python, place);
  const environment = { ...tools, OPENLINEAGE_URL: baseURL ?? "", OPENLINEAGE_API_KEY: secret };
  const database = tools.PGDATABASE;
  const api = program(request, secret);
  try {
    // dbt builds two tables and tests them; one test fails, which dbt says with its exit code, after all events are told.
    const project = join(place, "dbt");
    cpSync("tools/dbt", project, { recursive: true });
    const built = run(join(dirname(python), "dbt-ol"), ["build", "--project-dir", project, "--profiles-dir", project], project, environment);
    expect(built.status, built.said).toBe(1);
    expect(built.said).toContain("PASS=6 WARN=0 ERROR=1 SKIP=0");

    // Its events alone make the graph: both tables, and the product behind each.
    const told = await api.graph(`node=${depots}&direction=down&hops=5`);
    expect(edges(told)).toEqual([
      `${database}.depot_reports.bays_by_area > ${database}.depot_reports.trips_to_depots`,
      `${depots} > ${database}.depot_reports.bays_by_area`,
    ]);
    const failing = told.nodes.find((node) => node.name?.endsWith(".trips_to_depots"));
    expect(failing?.checks).toMatchObject({ met: 1, missed: 1 });
    expect(told.nodes.find((node) => node.address === depots)?.checks).toMatchObject({ met: 1, missed: 0 });
    const columns = (await api.graph(`node=${product}&columns=true`)).columns ?? [];
    for (const column of ["bays", "planning_area"]) {
      expect(columns).toContainEqual({ from: { dataset: depots, column }, to: null, direct: true, masked: false });
    }
    const behind = await api.graph(`namespace=${encodeURIComponent(failing?.namespace ?? "")}&name=${encodeURIComponent(failing?.name ?? "")}&direction=up&hops=5`);
    expect(behind.nodes.map((node) => node.address)).toEqual(expect.arrayContaining([depots, flows]));

    // The manifest says the same tables, so that no node is there twice.
    const manifest: unknown = JSON.parse(readFileSync(join(project, "target/manifest.json"), "utf8"));
    const results: unknown = JSON.parse(readFileSync(join(project, "target/run_results.json"), "utf8"));
    expect((await api.send("/api/v1/lineage/dbt", manifest)).status()).toBe(201);
    expect(edges(await api.graph(`node=${depots}&direction=down&hops=5`))).toEqual(edges(told));

    const reported = await api.send(`/api/v1/products/${product}/quality`, { run_results: results, manifest });
    expect(reported.status(), await reported.text()).toBe(201);
    expect((await reported.json()).runs[0].checks).toEqual({ passed: 4, counted: 5 });

    // Great Expectations keeps its result in a file of its project, which is sent as it is.
    const validated = run(python, ["tools/validate.py", join(place, "expectations")], process.cwd(), environment);
    expect(validated.status, validated.said).toBe(0);
    const written: unknown = JSON.parse(readFileSync(validated.said.trim().split("\n").at(-1) ?? "", "utf8"));
    for (const status of [201, 200]) {
      expect((await api.send(`/api/v1/products/${product}/quality`, written)).status(), "sent twice, it is kept once").toBe(status);
    }

    const checks = await api.checks();
    const found = (tool: string, title: string) => checks.find((check) => check.tool === tool && check.title === title);
    expect(found("dbt", "depot: not null")).toMatchObject({ dataset: "depots", column: "depot", outcome: "passed" });
    expect(found("dbt", "trips: accepted values")).toMatchObject({ outcome: "failed" });
    expect(found("great-expectations", "charger_no: column values to not be null")).toMatchObject({ dataset: "chargers", column: "charger_no", outcome: "passed" });
    expect(found("great-expectations", "power_kw: column values to be between")).toMatchObject({ dataset: "chargers", outcome: "failed", unexpected: 420 });
    expect(found("great-expectations", "state: column values to be in set")).toMatchObject({ outcome: "warned" });
    expect(found("great-expectations", "no_such_column: column values to be unique")).toMatchObject({ outcome: "error" });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }

  const jason = await signIn(browser, "Jason Lim");
  await jason.goto(`/products/${product}/quality`);
  await expect(jason.getByText("power_kw: column values to be between").first()).toBeVisible();
  await expect(jason.getByText("depot: not null").first()).toBeVisible();
  await jason.goto(`/products/${product}/lineage?direction=down&columns=1`);
  await expect(jason.getByRole("row", { name: /A dataset outside the catalogue.*1 step after/ })).toBeVisible();
  await expect(jason.getByText("bays_by_area")).toHaveCount(0);
});

test("what Great Expectations 0.18 writes is quality of the same product", async ({ browser, request }) => {
  const old = process.env.PASAR_OLD_TOOLS_PYTHON ?? "";
  test.skip(!old, "Great Expectations 0.18 is not installed");
  test.setTimeout(120_000);
  const api = program(request, await token(browser));
  const place = mkdtempSync(join(tmpdir(), "pasar-tools-"));
  try {
    const validated = run(old, ["tools/validate_0_18.py", join(place, "expectations")], process.cwd(), workshop(old, place));
    expect(validated.status, validated.said).toBe(0);
    const written: unknown = JSON.parse(readFileSync(validated.said.trim().split("\n").at(-1) ?? "", "utf8"));
    const reported = await api.send(`/api/v1/products/${product}/quality`, written);
    expect(reported.status(), await reported.text()).toBe(201);
    expect((await reported.json()).runs[0].checks).toEqual({ passed: 1, counted: 2 });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  const checks = await api.checks();
  const found = (title: string) => checks.find((check) => check.dataset === "occupancy" && check.title === title);
  expect(found("night: column values to not be null")).toMatchObject({ tool: "great-expectations", column: "night", outcome: "passed" });
  expect(found("bays_taken: column values to be between")).toMatchObject({ column: "bays_taken", outcome: "failed", unexpected: 800 });
});

/** Exit code, and everything that the program said: a failing test of dbt is no failure of ours. */
function run(command: string, words: string[], cwd: string, env: NodeJS.ProcessEnv): { status: number; said: string } {
  try {
    return { status: 0, said: execFileSync(command, words, { cwd, env, encoding: "utf8", stdio: "pipe" }) };
  } catch (fault) {
    const { status, stdout, stderr } = fault as { status: number | null; stdout: string; stderr: string };
    return { status: status ?? -1, said: `${stdout}\n${stderr}` };
  }
}

/** Edges by the names of what they join, in order. */
function edges(graph: Graph): string[] {
  const name = (id: string) => graph.nodes.find((node) => node.id === id);
  return graph.edges.map(({ from, to }) => `${name(from)?.address ?? name(from)?.name} > ${name(to)?.address ?? name(to)?.name}`).sort();
}

/** The API as a program of the team's calls it. */
function program(request: APIRequestContext, secret: string) {
  const headers = { authorization: `Bearer ${secret}` };
  return {
    send: (path: string, data: unknown) => request.post(path, { headers, data }),
    async graph(query: string): Promise<Graph> {
      const answer = await request.get(`/api/v1/lineage?${query}`, { headers });
      expect(answer.status(), await answer.text()).toBe(200);
      return (await answer.json()) as Graph;
    },
    async checks(): Promise<Check[]> {
      const answer = await request.get(`/api/v1/products/${product}/quality`, { headers });
      expect(answer.status(), await answer.text()).toBe(200);
      return ((await answer.json()) as { checks: Check[] }).checks;
    },
  };
}
