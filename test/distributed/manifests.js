// The manifests of examples/distributed are valid by the schemas of those who read them, and the
// schemas find what is not.

import { existsSync, readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { EXAMPLES, find, names, readToml, readYaml } from "./helpers/manifests.js";
import { faultsAt, faultsOf } from "./helpers/schemas.js";

const VALUES = "wasmcloud/hostgroup.yaml"; // of a Helm chart: no document of Kubernetes
const CORE = "kubernetes.json#/definitions/io.k8s.api.core.v1";
const files = names.filter((name) => name.endsWith(".yaml") && name !== VALUES);

/** Every document, with the name of its file and its kind. */
const documents = files.flatMap((file) =>
  readYaml(file).map((document) => ({ name: `${file}: ${document.kind}`, document })));

/** A copy of a value in which `change` has broken something. */
function broken(value, change) {
  const copy = JSON.parse(JSON.stringify(value));
  change(copy);
  return copy;
}

const manifests = suite("manifests");

manifests("are all valid", () => {
  assert.ok(documents.length >= 12, `${documents.length} documents`);
  for (const { name, document } of documents) assert.equal(faultsOf(document), [], name);
});

manifests("with a field that nobody knows are refused", () => {
  for (const { name, document } of documents) {
    const wrong = [
      broken(document, (copy) => (copy.unknown = 1)),
      broken(document, (copy) => (copy.metadata.unknown = 1)),
      broken(document, (copy) => copy.spec && (copy.spec.unknown = 1)),
    ];
    assert.match(faultsOf(wrong[0]).join(), "unknown", name);
    assert.match(faultsOf(wrong[1]).join(), "unknown", name);
    if (document.spec) assert.match(faultsOf(wrong[2]).join(), "unknown", name);
  }
});

manifests("of a kind or version that nobody knows are refused", () => {
  for (const { name, document } of documents) {
    const wrong = broken(document, (copy) => (copy.apiVersion = "example.com/v0"));
    assert.match(faultsOf(wrong).join(), "no schema", name);
  }
});

manifests("with a value of the wrong type, or without one, are refused", () => {
  const changes = {
    Deployment: [
      ({ spec }) => delete spec.selector,
      ({ spec }) => (spec.replicas = "three"),
      ({ spec }) => delete spec.template.spec.containers[0].name,
      ({ spec }) => delete spec.template.spec.containers[0].readinessProbe.httpGet.port,
      ({ spec }) => (spec.template.spec.containers[0].ports[0].containerPort = "http"),
      ({ spec }) => (spec.template.spec.securityContext = { runAsNonRoot: "yes" }),
    ],
    Service: [({ spec }) => delete spec.ports[0].port],
    ConfigMap: [({ data }) => (data["epollux.json"] = { root: "/srv/www" })],
    HorizontalPodAutoscaler: [
      ({ spec }) => delete spec.maxReplicas,
      ({ spec }) => (spec.metrics[0].resource.target.averageUtilization = "60%"),
    ],
    PodDisruptionBudget: [({ spec }) => (spec.maxUnavailable = true)],
    NetworkPolicy: [({ spec }) => (spec.policyTypes = "Ingress")],
    RuntimeClass: [(document) => delete document.handler],
    SpinApp: [
      ({ spec }) => delete spec.image,
      ({ spec }) => delete spec.checks.liveness.httpGet.path,
      ({ spec }) => (spec.resources.limits.memory = "plenty"),
    ],
    WorkloadDeployment: [
      ({ spec }) => delete spec.template.spec.volumes[0].hostPath.path,
      ({ spec }) => (spec.template.spec.hostInterfaces[0].interfaces = []),
      ({ spec }) => (spec.template.spec.components[0].localResources.volumeMounts[0].readOnly = 1),
    ],
  };
  const kinds = new Set(documents.map(({ document }) => document.kind));
  assert.equal(Object.keys(changes).sort(), [...kinds].sort());
  for (const [kind, list] of Object.entries(changes)) {
    const { document } = documents.find((entry) => entry.document.kind === kind);
    for (const change of list) {
      assert.ok(faultsOf(broken(document, change)).length, `${kind}: ${change}`);
    }
  }
});

manifests.run();

const spin = suite("spin.toml");
const manifest = readToml("spin.toml");
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
    (copy) => (copy.component.site.files = [{ source: "../../html" }]),
    (copy) => (copy.component.site.files[0].destination = "site"),
  ];
  for (const change of changes) assert.ok(faults(broken(manifest, change)).length, `${change}`);
});

spin("sends every request to the handler, which is given the site alone", () => {
  const [{ route, component }, ...others] = manifest.trigger.http;
  assert.equal([route, others], ["/...", []]);
  const { source, files: given } = manifest.component[component];
  assert.is(new URL(source, EXAMPLES).href, new URL("../../build/handler.wasm", EXAMPLES).href);
  assert.is(given.length, 1);
  assert.ok(existsSync(new URL(`${given[0].source}/index.html`, EXAMPLES)));
});

spin.run();

const wasmCloud = suite("wasmCloud");
const [{ runtime: { hostGroups: [group] } }] = readYaml(VALUES);
const workload = find(readYaml("wasmcloud/epollux.yaml"), "WorkloadDeployment").spec.template.spec;

wasmCloud("hosts have a volume that Kubernetes knows", () => {
  const [volume] = group.volumes;
  const [mount] = group.volumeMounts;
  assert.equal(faultsAt(`${CORE}.Volume`, volume), []);
  assert.equal(faultsAt(`${CORE}.VolumeMount`, mount), []);
  assert.is(mount.name, volume.name);
  assert.ok(faultsAt(`${CORE}.Volume`, { ...volume, images: {} }).length);
});

wasmCloud("puts the component where the site is, and gives it that alone", () => {
  assert.is(workload.hostSelector.hostgroup, group.name);
  const [volume, ...others] = workload.volumes;
  assert.equal([volume.hostPath.path, others], [group.volumeMounts[0].mountPath, []]);
  assert.equal(workload.components[0].localResources.volumeMounts, [
    { name: volume.name, mountPath: "/", readOnly: true },
  ]);
});

wasmCloud.run();

const schemas = suite("schemas");

schemas("name where they come from", () => {
  const folder = new URL("./schemas/", import.meta.url);
  const text = readFileSync(new URL("README.md", folder), "utf8");
  for (const name of ["kubernetes", "spinapp"]) {
    const { origin } = JSON.parse(readFileSync(new URL(`${name}.json`, folder)));
    const [module, version] = origin.split("@");
    assert.match(text, new RegExp(`\`${name}\\.json\`.*${module}\` ${version}`));
  }
});

schemas.run();
