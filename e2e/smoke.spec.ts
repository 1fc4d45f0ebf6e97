import { expect, test } from "@playwright/test";

test("The page opens from a sub-path of a static host, with its title and without an error.", async ({
  page,
}) => {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  await page.goto("./");
  await expect(page).toHaveTitle("Gatescope");
  await expect(page.locator("#root")).not.toBeEmpty();
  expect(problems).toEqual([]);
});
