// The Spin application of examples/distributed: valid, and complete once it is built.

import { execSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { makeFolder } from "../helpers/folder.js";
import { broken, find, readToml, readYaml } from "./helpers/manifests.js";
import { faultsOf } from "./helpers/schemas.js";

const spin = suite("spin.toml");
const folder = makeFolder(spin);
const manifest = readToml("spin/spin.toml");
const { site } = manifest.component;
const faults = (value) => faultsOf(value, "spin.toml");

spin("is valid", () => assert.equal(faults(manifest), []));

spin("is refused when something is wrong with it", () => {
  const changes = [
    (copy) => (copy.spin_manifest_version = "2"),
    (copy) => (copy.components = copy.component),
    (copy) => delete copy.application.name,
    (copy) => delete copy.trigger.http[0].route,
    (copy) => (copy.trigger.http = copy.trigger.http[0]),
    (copy) => delete copy.component.site.source,
    (copy) => (copy.component.site.file = []),
    (copy) => delete copy.component.site.files[0].destination,
    (copy) => (copy.component.site.files[0].destination = "site"),
  ];
  for (const change of changes) assert.ok(faults(broken(manifest, change)).length, `${change}`);
});

spin("sends every request to the handler, which is given the site alone", () => {
  const [{ route, component }, ...others] = manifest.trigger.http;
  assert.equal([route, component, others], ["/...", "site", []]);
  assert.equal(site.files.map(({ destination }) => destination), ["/"]);
});

spin("puts together what it names, and does so again", () => {
  const cwd = dirname(folder.write("examples/distributed/spin/spin.toml", ""));
  const build = () => site.build.command.forEach((line) => execSync(line, { cwd }));
  folder.write("html/index.html", "here");
  const old = folder.write("html/old.html", "here");
  folder.write("build/handler.wasm", "first");
  build();
  assert.is(readFileSync(join(cwd, site.source), "utf8"), "first");
  assert.equal(readdirSync(join(cwd, site.files[0].source)), ["index.html", "old.html"]);
  rmSync(old);
  folder.write("build/handler.wasm", "second");
  build();
  assert.is(readFileSync(join(cwd, site.source), "utf8"), "second");
  assert.equal(readdirSync(join(cwd, site.files[0].source)), ["index.html"]);
});

spin("is the same image for SpinKube and for the shim alone", () => {
  const { image } = find(readYaml("spin/spinkube.yaml"), "SpinApp").spec;
  const documents = readYaml("spin/shim.yaml");
  const { spec } = find(documents, "Deployment").spec.template;
  assert.is(spec.containers[0].image, image);
  assert.is(spec.runtimeClassName, find(documents, "RuntimeClass").metadata.name);
});

spin.run();
