// Axe finds nothing on the pages that one comes to only by doing something: deciding many, suspending, a team.
import { expect, test } from "@playwright/test";
import { accessible, signIn } from "../fixtures";
import { ask } from "../steps";

test("many are approved together after a look at what each gets", async ({ browser }) => {
  const jason = await signIn(browser, "Jason Lim");
  const grace = await signIn(browser, "Grace Tan");
  const asked = [
    await ask(jason, "ssot-a.busroutes-dp", "First of two"),
    await ask(jason, "ssot-a.busroutes-dp", "Second of two"),
  ];
  await grace.goto("/work?q=Jason");
  const boxes = grace.getByRole("checkbox", { name: /^Select Bus routes and staff by Jason Lim/ });
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await grace.getByRole("button", { name: "Approve the selected…" }).click();
  await expect(grace.getByRole("heading", { level: 1 })).toHaveText("Approve these 2 requests");
  await accessible(grace);
  // Looking decides nothing.
  for (const request of asked) {
    await jason.goto(request);
    await expect(jason.getByText("Waiting for a decision").first()).toBeVisible();
    await jason.getByRole("button", { name: "Withdraw request" }).click();
    await expect(jason.getByText("Withdrawn").first()).toBeVisible();
    await accessible(jason);
  }
});

test("what a suspension would touch is shown before anything happens", async ({ browser }) => {
  const simran = await signIn(browser, "Simran Kaur");
  await simran.goto("/suspensions/new");
  await simran.getByLabel("Whose agreements").selectOption("product");
  await simran.getByLabel("Name").fill("ssot-a.busroutes-dp");
  await simran.getByLabel("Where").selectOption({ index: 1 });
  await simran.getByLabel("Reason").fill("Only to look");
  await simran.getByRole("button", { name: "Show what it touches" }).click();
  await expect(simran.getByRole("heading", { level: 1 })).toHaveText(/^Suspend \d+ agreements?\?$/);
  await accessible(simran);
});

test("a team and its people", async ({ browser }) => {
  // Not whoever asks in the journeys: their form would then offer the team.
  const grace = await signIn(browser, "Grace Tan");
  await grace.goto("/teams");
  await grace.getByLabel("Name").fill("Timetable study");
  await grace.getByRole("button", { name: "Make team" }).click();
  await grace.goto("/teams");
  await grace.getByRole("link", { name: "Timetable study" }).first().click();
  await expect(grace.getByRole("heading", { level: 1 })).toContainText("Timetable study");
  await accessible(grace);
});
