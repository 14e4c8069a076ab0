// examples/distributed/kubernetes holds together: what the documents say of each other and of the
// server is so, and the files that the image would have are a server that starts with it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { readSettings } from "../../build/host/settings.js";
import { fetchText, runCommand, startServer } from "../helpers/server.js";
import { complaints, lastStage, layOut } from "./helpers/image.js";
import { find, read, readYaml } from "./helpers/manifests.js";

const NODE_MIB = 100; // what Node takes besides the memory of the guests
const MARGIN_SECONDS = 3; // for the last lines of the log, and to exit

const documents = readYaml("kubernetes/epollux.yaml");
const { spec: deployment } = find(documents, "Deployment");
const { metadata: { labels }, spec: pod } = deployment.template;
const [container] = pod.containers;
const configuration = find(documents, "ConfigMap").data["epollux.json"];
const dockerfile = read("kubernetes/Dockerfile");

const folder = mkdtempSync(join(tmpdir(), "epollux-"));
process.once("exit", () => rmSync(folder, { recursive: true }));
const file = join(folder, "epollux.json");
writeFileSync(file, configuration);
const { settings } = await readSettings(["--config", file], {});

/** The number of the port that the container calls so. */
const portOf = (name) => container.ports.find((port) => port.name === name)?.containerPort;

const config = suite("configuration");

config("is one that its schema takes, and the server has", () => {
  const schema = JSON.parse(readFileSync(new URL("../../docs/config.schema.json", import.meta.url)));
  const validate = new Ajv().compile(schema);
  assert.ok(validate(JSON.parse(configuration)), JSON.stringify(validate.errors));
  assert.not(validate({ ...JSON.parse(configuration), grace: 1 }));
});

config("listens where the documents say", () => {
  assert.equal(settings.listen, [`:${portOf("http")}`]);
  // On the loopback interface the kubelet would not reach it.
  assert.equal(settings.admin, { host: "::", port: portOf("admin") });
  assert.is(container.args.at(-1), `${container.volumeMounts[0].mountPath}/epollux.json`);
});

config.run();

const kubernetes = suite("documents");

kubernetes("mean the same pods", () => {
  const { spec: service } = find(documents, "Service");
  const { spec: budget } = find(documents, "PodDisruptionBudget");
  const { spec: policy } = find(documents, "NetworkPolicy");
  const [spread] = pod.topologySpreadConstraints;
  const selectors = [
    service.selector, deployment.selector.matchLabels, budget.selector.matchLabels,
    policy.podSelector.matchLabels, spread.labelSelector.matchLabels,
  ];
  for (const selector of selectors) assert.equal(selector, labels);
  assert.is(service.ports[0].targetPort, "http");
  assert.equal(policy.ingress.map(({ ports }) => ports), [[{ port: "http" }], [{ port: "admin" }]]);
});

kubernetes("leave the number of replicas to the autoscaler, which has what it needs", () => {
  const { spec } = find(documents, "HorizontalPodAutoscaler");
  const { kind, metadata } = find(documents, spec.scaleTargetRef.kind);
  assert.equal([kind, metadata.name], ["Deployment", spec.scaleTargetRef.name]);
  assert.is(deployment.replicas, undefined);
  assert.ok(container.resources.requests.cpu, "utilization is of what is requested");
  const { maxUnavailable } = find(documents, "PodDisruptionBudget").spec;
  assert.ok(spec.minReplicas > maxUnavailable);
});

kubernetes("ask the admin listener how the server is", () => {
  const paths = {
    startupProbe: "/ready", readinessProbe: "/ready", livenessProbe: "/health",
  };
  for (const [probe, path] of Object.entries(paths)) {
    assert.equal(container[probe].httpGet, { path, port: "admin" });
    assert.ok(container[probe].timeoutSeconds > 1, "a worker has a second to answer");
  }
});

kubernetes("give a pod the time that it needs to end", () => {
  const needed = container.lifecycle.preStop.sleep.seconds + settings["grace-period"] / 1000;
  assert.ok(pod.terminationGracePeriodSeconds >= needed + MARGIN_SECONDS);
});

kubernetes("take from a pod what the server does not need", () => {
  const { securityContext } = pod;
  assert.is(securityContext.runAsNonRoot, true);
  assert.is(securityContext.seccompProfile.type, "RuntimeDefault");
  assert.equal(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  assert.is(pod.automountServiceAccountToken, false);
});

kubernetes.run();

const image = suite("image");

image.before(() => layOut(dockerfile, folder));

image("is made as a linter has it, which finds what is wrong", () => {
  assert.equal(complaints(dockerfile), []);
  assert.ok(complaints(dockerfile.replace("EXPOSE 8080", "EXPOSE http")).length);
  assert.ok(complaints(dockerfile.replace("WORKDIR", "WORKDIRECTORY")).length);
});

image("exposes the ports of the container, and starts the file that it has", () => {
  const stage = lastStage(dockerfile);
  const [, ...ports] = stage.find(([keyword]) => keyword === "EXPOSE");
  assert.equal(ports, container.ports.map(({ containerPort }) => `${containerPort}`));
  const [, ...words] = stage.find(([keyword]) => keyword === "ENTRYPOINT");
  assert.is(JSON.parse(words.join(" ")).at(-1), "/opt/epollux/host/run.js");
});

image("has a server that starts with the configuration, serves, logs, and is ready", async () => {
  const own = ["--config", file, "--host", "127.0.0.1", "--admin", "127.0.0.1:0"];
  const server = await startServer({
    root: join(folder, "srv/www"),
    args: own,
    command: join(folder, "opt/epollux/host/run.js"),
  });
  const [, admin] = server.stdout().match(/admin at (http:\S+)\//);
  assert.match((await fetchText(`${server.url}/`)).text, "<title>");
  await server.output(/"target":"\/"/);
  for (const path of ["/ready", "/health", "/", "/main.js"]) {
    assert.is((await fetchText(`${admin}${path}`)).status, 200, path);
  }
  assert.is((await server.stop()).code, 0);
});

image("has the memory that it may take, and Node's, in its limit", async () => {
  const root = join(folder, "srv/www");
  const command = join(folder, "opt/epollux/host/run.js");
  const { code, stdout } = await runCommand([root, "--config", file, "--check"], { command });
  assert.is(code, 0);
  const [, most] = stdout.match(/([\d.]+) MiB at most/);
  const { requests, limits } = container.resources;
  assert.ok(parseFloat(limits.memory) >= Number(most) + NODE_MIB, `${most} MiB`);
  assert.ok(parseFloat(requests.memory) <= parseFloat(limits.memory));
});

image.run();
