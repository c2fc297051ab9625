// A person asks for erasure; what cannot be looked through becomes a task, and the domain ends it with evidence.
import { expect, test } from "@playwright/test";
import { signIn } from "../fixtures";

test("a person is looked for, and a domain answers with evidence", async ({ browser, javaScriptEnabled }) => {
  test.setTimeout(120_000);
  const options = { javaScriptEnabled };
  const daniel = await signIn(browser, "Daniel Teo", options);
  await daniel.goto("/subjects/new");
  await daniel.getByLabel("The person is named by").selectOption({ label: "NRIC or FIN" });
  await daniel.getByLabel("Number or address").fill("T99");
  await daniel.getByLabel("The person wants to").selectOption({ label: "Have it erased" });
  await daniel.getByLabel("Legal basis").fill("Section 21");
  await daniel.getByLabel("What was asked").fill("Has left the service");
  await daniel.getByRole("button", { name: "Look now" }).click();
  await expect(daniel.getByRole("alert")).toContainText("Write a letter, seven digits and a letter.");
  await expect(daniel.getByLabel("Number or address")).toHaveValue("");
  await expect(daniel.getByLabel("Legal basis")).toHaveValue("Section 21");

  await daniel.getByLabel("Number or address").fill("T9900001X");
  await daniel.getByRole("button", { name: "Look now" }).click();
  await expect(daniel.getByRole("heading", { level: 1 })).toHaveText("What is held of a person");
  expect(daniel.url()).not.toContain("9900001");
  await expect(daniel.getByText("•••••••1X")).toBeVisible();
  await expect(daniel.getByRole("row", { name: /staff_dataset.mobile.*has no index/ })).toBeVisible();
  const report = daniel.url();

  const grace = await signIn(browser, "Grace Tan", options);
  await expect(async () => {
    await grace.goto("/notices");
    await expect(grace.getByText("A person asks about data of theirs that your domain holds.").first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await grace.goto("/subjects/tasks");
  await grace.getByRole("link", { name: "Have it erased" }).first().click();
  await grace.getByLabel("Outcome").selectOption({ label: "It was done" });
  await grace.getByLabel("Evidence").fill("Looked by hand, nobody of that number on the roster");
  await grace.getByRole("button", { name: "End the task" }).click();
  await expect(grace.getByText("Looked by hand, nobody of that number on the roster")).toBeVisible();
  await daniel.goto(report);
  await expect(daniel.getByRole("row", { name: /Public transport.*Done.*Looked by hand/ })).toBeVisible();
});
