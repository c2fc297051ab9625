// A pipeline tells of its runs with OpenLineage's own client; whoever reads the product sees where it comes from, and what a change would touch.
import { execFileSync } from "node:child_process";
import { expect, test } from "@playwright/test";
import { accessible, signIn } from "../fixtures";

test("what a pipeline tells is on the pages of both products", async ({ browser, javaScriptEnabled, baseURL, request }) => {
  test.setTimeout(90_000);
  const options = { javaScriptEnabled };
  const omar = await signIn(browser, "Omar Rahman", options);
  await omar.goto("/mine/tokens");
  await omar.getByLabel("Name", { exact: true }).fill(`Nightly build ${javaScriptEnabled === false ? "plain" : "scripted"} ${Date.now()}`);
  await omar.getByLabel("Tell where data comes from, as pipelines do").check();
  await omar.getByLabel("Until").fill(new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
  await omar.getByRole("button", { name: "Make token" }).click();
  const token = await omar.locator("#token").innerText();

  const tell = (...said: string[]) =>
    execFileSync(process.env.PYTHON ?? "python3", ["clients/open_lineage.py", ...said], {
      cwd: process.cwd(),
      env: { ...process.env, OPENLINEAGE_URL: baseURL ?? "", OPENLINEAGE_API_KEY: token },
      encoding: "utf8",
      stdio: "pipe",
    });
  tell("ssot-a.stops-dp.stops", "ssot-a.busroutes-dp.routes_dataset", "bus_stop_code=first_stop");
  // A stage between two products that is in the catalogue under no name.
  tell("ssot-a.busroutes-dp.routes_dataset", "postgres://lake.example:5432|lake.staging.routes_clean", "route=route");

  const jason = await signIn(browser, "Jason Lim", options);
  await jason.goto("/products/ssot-a.stops-dp/lineage?direction=down");
  await expect(jason.getByRole("region", { name: "Drawing of the graph" }).getByRole("link", { name: /Bus routes and staff/ }).first()).toBeVisible();
  await expect(jason.getByRole("row", { name: /Bus routes and staff routes_dataset.*1 step after/ })).toBeVisible();
  if (javaScriptEnabled !== false) {
    await jason.getByLabel("Find in the drawing").fill("staff");
    await expect(jason.getByRole("status").filter({ hasText: "1 box" })).toBeVisible();
    await jason.keyboard.press("Enter");
    await expect(jason.getByRole("status").filter({ hasText: "1 of 1" })).toBeVisible();
    await jason.getByRole("button", { name: "Larger" }).click();
    await expect(jason.getByRole("status").filter({ hasText: "125 %" })).toBeVisible();
    await jason.getByRole("region", { name: "Drawing of the graph" }).focus();
    await jason.keyboard.press("-");
    await expect(jason.getByRole("status").filter({ hasText: "100 %" })).toBeVisible();
    await jason.getByLabel("Find in the drawing").fill("");
  } else {
    await expect(jason.getByLabel("Find in the drawing")).toBeHidden();
  }
  await expect(jason.getByText("lake.staging.routes_clean")).toHaveCount(0);
  await expect(jason.getByRole("row", { name: /A dataset outside the catalogue.*2 steps after/ }).first()).toBeVisible();
  await expect(jason.getByRole("table", { name: "This product and what comes after it" })).toContainText("Bus routes and staff");
  await jason.getByRole("link", { name: "Open the columns" }).click();
  await expect(jason.getByRole("row", { name: /bus_stop_code of ssot-a.stops-dp.stops.*first_stop.*Its values arrive/ })).toBeVisible();
  if (javaScriptEnabled !== false) await accessible(jason);
  // A column's name leads to its own lineage.
  await jason.getByRole("table", { name: "Which columns become which" }).getByRole("link", { name: "bus_stop_code", exact: true }).first().click();
  await expect(jason.getByRole("heading", { name: "Column bus_stop_code of stops" })).toBeVisible();
  await expect(jason.getByRole("row", { name: /bus_stop_code of ssot-a.stops-dp.stops.*first_stop.*Its values arrive/ })).toBeVisible();
  if (javaScriptEnabled !== false) await accessible(jason);

  // A day before it was told, nothing was known of it.
  await jason.getByLabel("As of the end of (today when empty)").fill("2026-01-01");
  await jason.getByRole("button", { name: "Show" }).click();
  await expect(jason.getByText("Nothing was known then.")).toBeVisible();

  // Its owner sees the unknown name, and says what it is.
  await omar.goto("/lineage/names");
  await expect(omar.getByRole("row", { name: /lake.staging.routes_clean.*Bus routes and staff/ })).toBeVisible();
  await omar.goto("/products/ssot-a.busroutes-dp/lineage");
  await expect(omar.getByRole("row", { name: /lake.staging.routes_clean.*1 step after/ })).toBeVisible();

  // What is wrong is refused whole, with its place.
  const refused = await request.post("/api/v1/lineage", { headers: { authorization: `Bearer ${token}` }, data: { eventTime: "yesterday" } });
  expect(refused.status()).toBe(422);
  expect((await refused.json()).errors[0].field).toBe("$.eventTime");
});
