// The token moves from the address into the tab's storage.
import { expect, test } from "vitest";
import { fakeStorage, fullStorage } from "./fake_storage.ts";
import { takeToken } from "./token.ts";

test("the token is taken out of the address and kept for a reload", () => {
  const storage = fakeStorage();
  const first = takeToken("http://127.0.0.1:9300/?token=abc&x=1", storage);
  expect(first).toEqual({ token: "abc", shownAddress: "http://127.0.0.1:9300/?x=1" });
  expect(takeToken(first.shownAddress, storage).token).toBe("abc");
});

test("a new token replaces the old one", () => {
  const storage = fakeStorage({ "bpflens.token": "old" });
  expect(takeToken("http://h/?token=new", storage).token).toBe("new");
  expect(takeToken("http://h/", storage).token).toBe("new");
});

test("no token anywhere, or no storage, is undefined or the given one", () => {
  expect(takeToken("http://h/", fakeStorage()).token).toBeUndefined();
  expect(takeToken("http://h/?token=abc", fullStorage()).token).toBe("abc");
  expect(takeToken("http://h/", fullStorage()).token).toBeUndefined();
});
