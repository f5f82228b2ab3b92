import { expect, test } from "vitest";
import { connectionLoss } from "./connection_text";

test("a host that answers needs no words", () => {
  expect(connectionLoss({ state: "connected" })).toBeUndefined();
});

test("the reason stands before the advice, without the colon of an answer that has no text", () => {
  expect(connectionLoss({ state: "disconnected", message: "HTTP 502: " })).toMatch(
    /^No connection to the host: HTTP 502\. .*settings/,
  );
  expect(connectionLoss({ state: "disconnected" })).toMatch(/^No connection to the host: no answer\. /);
});
