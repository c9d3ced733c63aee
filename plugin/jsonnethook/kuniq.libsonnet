// kuniq.libsonnet finds Kubernetes objects that are declared twice in a tree,
// with nothing but jsonnet: for tools that cannot run the kuniq command or its
// Go package. It needs no native function and no std newer than that of C++
// jsonnet 0.18 and go-jsonnet 0.20. Copy this one file.
//
//   local kuniq = import 'kuniq.libsonnet';
//   kuniq.check(import 'prod.jsonnet')
//
// The tree is what kubecfg, Tanka and qbec take: anything with apiVersion and
// kind is an object; objects, arrays and Lists may hold more of them; null is
// nothing; any other leaf is an error that names its path.
//
// Two objects are the same if group, kind, namespace and name are. The version
// does not count. Ingress of extensions is Ingress of networking.k8s.io.
// Cluster-scoped kinds have no namespace. An object with generateName equals
// nothing. Each Tanka Environment is a set of its own. What the tables do not
// know is namespaced, unless a CustomResourceDefinition in the tree says else.
//
// It sees what jsonnet puts out: {a: X} + {a: Y} is {a: Y}, and nobody can
// tell from the output that there was an X.
//
// Options are an object with any of these fields:
//   namespace      the namespace of objects that name none
//   identical      'error' (the default) or 'allow', for identical copies
//   clusterScoped  kinds without a namespace, as ['Widget.example.com']
//   openshift      true: the groupless kinds of OpenShift are its grouped ones
//   ignore         duplicates to allow, as ['Secret prod/*-tls', 'Lease.* *']
// The facts between the marks are those of the Go library; go generate
// ./plugin/jsonnethook writes them here. A type is GROUP/KIND.
// BEGIN GENERATED
local aliases = {
  'batch/ScheduledJob': 'batch/CronJob',
  'events.k8s.io/Event': '/Event',
  'extensions/DaemonSet': 'apps/DaemonSet',
  'extensions/Deployment': 'apps/Deployment',
  'extensions/HorizontalPodAutoscaler': 'autoscaling/HorizontalPodAutoscaler',
  'extensions/Ingress': 'networking.k8s.io/Ingress',
  'extensions/Job': 'batch/Job',
  'extensions/NetworkPolicy': 'networking.k8s.io/NetworkPolicy',
  'extensions/PodSecurityPolicy': 'policy/PodSecurityPolicy',
  'extensions/ReplicaSet': 'apps/ReplicaSet',
};
local openshiftAliases = {
  '/Build': 'build.openshift.io/Build',
  '/BuildConfig': 'build.openshift.io/BuildConfig',
  '/ClusterNetwork': 'network.openshift.io/ClusterNetwork',
  '/ClusterResourceQuota': 'quota.openshift.io/ClusterResourceQuota',
  '/ClusterRole': 'rbac.authorization.k8s.io/ClusterRole',
  '/ClusterRoleBinding': 'rbac.authorization.k8s.io/ClusterRoleBinding',
  '/DeploymentConfig': 'apps.openshift.io/DeploymentConfig',
  '/DeploymentConfigRollback': 'apps.openshift.io/DeploymentConfigRollback',
  '/EgressNetworkPolicy': 'network.openshift.io/EgressNetworkPolicy',
  '/Group': 'user.openshift.io/Group',
  '/HostSubnet': 'network.openshift.io/HostSubnet',
  '/Identity': 'user.openshift.io/Identity',
  '/Image': 'image.openshift.io/Image',
  '/ImageSignature': 'image.openshift.io/ImageSignature',
  '/ImageStream': 'image.openshift.io/ImageStream',
  '/ImageStreamImage': 'image.openshift.io/ImageStreamImage',
  '/ImageStreamImport': 'image.openshift.io/ImageStreamImport',
  '/ImageStreamMapping': 'image.openshift.io/ImageStreamMapping',
  '/ImageStreamTag': 'image.openshift.io/ImageStreamTag',
  '/NetNamespace': 'network.openshift.io/NetNamespace',
  '/OAuthAccessToken': 'oauth.openshift.io/OAuthAccessToken',
  '/OAuthAuthorizeToken': 'oauth.openshift.io/OAuthAuthorizeToken',
  '/OAuthClient': 'oauth.openshift.io/OAuthClient',
  '/OAuthClientAuthorization': 'oauth.openshift.io/OAuthClientAuthorization',
  '/Project': '/Namespace',
  '/Role': 'rbac.authorization.k8s.io/Role',
  '/RoleBinding': 'rbac.authorization.k8s.io/RoleBinding',
  '/RoleBindingRestriction': 'authorization.openshift.io/RoleBindingRestriction',
  '/Route': 'route.openshift.io/Route',
  '/SecurityContextConstraints': 'security.openshift.io/SecurityContextConstraints',
  '/Template': 'template.openshift.io/Template',
  '/User': 'user.openshift.io/User',
  '/UserIdentityMapping': 'user.openshift.io/UserIdentityMapping',
  'authorization.openshift.io/ClusterRole': 'rbac.authorization.k8s.io/ClusterRole',
  'authorization.openshift.io/ClusterRoleBinding': 'rbac.authorization.k8s.io/ClusterRoleBinding',
  'authorization.openshift.io/Role': 'rbac.authorization.k8s.io/Role',
  'authorization.openshift.io/RoleBinding': 'rbac.authorization.k8s.io/RoleBinding',
  'project.openshift.io/Project': '/Namespace',
};
local scopes = {
  '/ConfigMap': 'Namespaced',
  '/Endpoints': 'Namespaced',
  '/Event': 'Namespaced',
  '/LimitRange': 'Namespaced',
  '/Namespace': 'Cluster',
  '/Node': 'Cluster',
  '/PersistentVolume': 'Cluster',
  '/PersistentVolumeClaim': 'Namespaced',
  '/Pod': 'Namespaced',
  '/PodTemplate': 'Namespaced',
  '/ReplicationController': 'Namespaced',
  '/ResourceQuota': 'Namespaced',
  '/Secret': 'Namespaced',
  '/Service': 'Namespaced',
  '/ServiceAccount': 'Namespaced',
  'admissionregistration.k8s.io/ExternalAdmissionHookConfiguration': 'Cluster',
  'admissionregistration.k8s.io/InitializerConfiguration': 'Cluster',
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': 'Cluster',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': 'Cluster',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': 'Cluster',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': 'Cluster',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': 'Cluster',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': 'Cluster',
  'apiextensions.k8s.io/CustomResourceDefinition': 'Cluster',
  'apiregistration.k8s.io/APIService': 'Cluster',
  'apps/ControllerRevision': 'Namespaced',
  'apps/DaemonSet': 'Namespaced',
  'apps/Deployment': 'Namespaced',
  'apps/PetSet': 'Namespaced',
  'apps/ReplicaSet': 'Namespaced',
  'apps/StatefulSet': 'Namespaced',
  'auditregistration.k8s.io/AuditSink': 'Cluster',
  'autoscaling/HorizontalPodAutoscaler': 'Namespaced',
  'batch/CronJob': 'Namespaced',
  'batch/Job': 'Namespaced',
  'batch/ScheduledJob': 'Namespaced',
  'certificates.k8s.io/CertificateSigningRequest': 'Cluster',
  'certificates.k8s.io/ClusterTrustBundle': 'Cluster',
  'certificates.k8s.io/PodCertificateRequest': 'Namespaced',
  'coordination.k8s.io/Lease': 'Namespaced',
  'coordination.k8s.io/LeaseCandidate': 'Namespaced',
  'discovery.k8s.io/EndpointSlice': 'Namespaced',
  'events.k8s.io/Event': 'Namespaced',
  'extensions/DaemonSet': 'Namespaced',
  'extensions/Deployment': 'Namespaced',
  'extensions/HorizontalPodAutoscaler': 'Namespaced',
  'extensions/Ingress': 'Namespaced',
  'extensions/Job': 'Namespaced',
  'extensions/NetworkPolicy': 'Namespaced',
  'extensions/PodSecurityPolicy': 'Cluster',
  'extensions/ReplicaSet': 'Namespaced',
  'extensions/ThirdPartyResource': 'Cluster',
  'flowcontrol.apiserver.k8s.io/FlowSchema': 'Cluster',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': 'Cluster',
  'internal.apiserver.k8s.io/StorageVersion': 'Cluster',
  'lifecycle.k8s.io/Eviction': 'Namespaced',
  'lifecycle.k8s.io/EvictionRequest': 'Namespaced',
  'networking.k8s.io/ClusterCIDR': 'Cluster',
  'networking.k8s.io/IPAddress': 'Cluster',
  'networking.k8s.io/Ingress': 'Namespaced',
  'networking.k8s.io/IngressClass': 'Cluster',
  'networking.k8s.io/NetworkPolicy': 'Namespaced',
  'networking.k8s.io/ServiceCIDR': 'Cluster',
  'node.k8s.io/RuntimeClass': 'Cluster',
  'policy/PodDisruptionBudget': 'Namespaced',
  'policy/PodSecurityPolicy': 'Cluster',
  'rbac.authorization.k8s.io/ClusterRole': 'Cluster',
  'rbac.authorization.k8s.io/ClusterRoleBinding': 'Cluster',
  'rbac.authorization.k8s.io/Role': 'Namespaced',
  'rbac.authorization.k8s.io/RoleBinding': 'Namespaced',
  'resource.k8s.io/DeviceClass': 'Cluster',
  'resource.k8s.io/DeviceTaintRule': 'Cluster',
  'resource.k8s.io/PodScheduling': 'Namespaced',
  'resource.k8s.io/PodSchedulingContext': 'Namespaced',
  'resource.k8s.io/ResourceClaim': 'Namespaced',
  'resource.k8s.io/ResourceClaimParameters': 'Namespaced',
  'resource.k8s.io/ResourceClaimTemplate': 'Namespaced',
  'resource.k8s.io/ResourceClass': 'Cluster',
  'resource.k8s.io/ResourceClassParameters': 'Namespaced',
  'resource.k8s.io/ResourcePoolStatusRequest': 'Cluster',
  'resource.k8s.io/ResourceSlice': 'Cluster',
  'scheduling.k8s.io/CompositePodGroup': 'Namespaced',
  'scheduling.k8s.io/PodGroup': 'Namespaced',
  'scheduling.k8s.io/PriorityClass': 'Cluster',
  'scheduling.k8s.io/Workload': 'Namespaced',
  'settings.k8s.io/PodPreset': 'Namespaced',
  'storage.k8s.io/CSIDriver': 'Cluster',
  'storage.k8s.io/CSINode': 'Cluster',
  'storage.k8s.io/CSIStorageCapacity': 'Namespaced',
  'storage.k8s.io/StorageClass': 'Cluster',
  'storage.k8s.io/VolumeAttachment': 'Cluster',
  'storage.k8s.io/VolumeAttributesClass': 'Cluster',
  'storagemigration.k8s.io/StorageVersionMigration': 'Cluster',
};
local unstored = {
  '/Binding': true,
  '/ComponentStatus': true,
  'authentication.k8s.io/SelfSubjectReview': true,
  'authentication.k8s.io/TokenReview': true,
  'authorization.k8s.io/LocalSubjectAccessReview': true,
  'authorization.k8s.io/SelfSubjectAccessReview': true,
  'authorization.k8s.io/SelfSubjectRulesReview': true,
  'authorization.k8s.io/SubjectAccessReview': true,
};
local configGroups = {
  'apiserver.k8s.io': true,
  'audit.k8s.io': true,
  'backstage.io': true,
  'chainsaw.kyverno.io': true,
  'cli.kyverno.io': true,
  'client.authentication.k8s.io': true,
  'config.kubernetes.io': true,
  'eksctl.io': true,
  'k3d.io': true,
  'kbld.k14s.io': true,
  'kind.x-k8s.io': true,
  'kpt.dev': true,
  'kubeadm.k8s.io': true,
  'kuniq.dev': true,
  'kustomize.config.k8s.io': true,
  'kuttl.dev': true,
  'skaffold': true,
  'tanka.dev': true,
  'vendir.k14s.io': true,
};
local configKinds = {
  '/Config': true,
  'argoproj.io/ConfigManagementPlugin': true,
};
local configVersions = {
  'builtin': true,
};
local configSuffixes = ['.config.k8s.io'];
// END GENERATED

// A node is a place in the tree: its value, its key, the node around it, the
// context, and what it is. There is one for every object, so that nodes are
// arrays, and their paths are not made before somebody asks. They are linked
// and not nested calls, so that depth costs no stack.
local VALUE = 0, KEY = 1, AROUND = 2, CONTEXT = 3, CLASS = 4;

// What a node may be. Those up to NESTED hold others; those from NESTED on are
// kept when the walk goes on.
local NOTHING = 0, CONTAINER = 1, ENVIRONMENT = 2, LIST = 3, NESTED = 4;
local OBJECT = 5, STRAY_ITEMS = 6, BAD_ITEMS = 7, BAD_ITEM = 8, LEAF = 9;

local has = std.objectHas;
local field(o, name) = if has(o, name) then o[name];
local absent(v) = v == null || v == '';
local isText(v) = std.type(v) == 'string';
// optional says whether something is a string or not there.
local optional(v) = v == null || isText(v);
// mapping is for fields of what may be no object.
local mapping(v) = if std.type(v) == 'object' then v else {};

// typed says what an object with a kind is. The items of a List count, whatever
// its kind is called, only if they are an array.
local typed(o, kind, context) =
  local list = if context.listed then NESTED else LIST;
  if kind == 'List' then
    if std.type(field(o, 'items')) == 'array' then list
    else if field(o, 'items') == null then NOTHING
    else BAD_ITEMS
  else if 'items' in o && std.type(field(o, 'items')) == 'array' then
    if isText(kind) && std.endsWith(kind, 'List') then list else STRAY_ITEMS
  else OBJECT;

// classify says what a value is that stands outside of Lists.
local classify(v, context) =
  local type = std.type(v);
  if type == 'object' then
    // "in" sees hidden fields, too, but costs less.
    if 'apiVersion' in v && 'kind' in v && !absent(field(v, 'apiVersion')) && !absent(field(v, 'kind')) then
      if v.kind == 'Environment' && v.apiVersion == 'tanka.dev/v1alpha1' then ENVIRONMENT
      else typed(v, v.kind, context)
    else CONTAINER
  else if type == 'array' then CONTAINER
  else if type == 'null' then NOTHING
  else LEAF;

// classifyItem says what an item of a List is. One of a typed List may leave
// out its type.
local classifyItem(v, context) =
  if std.type(v) != 'object' then (if context.listed then BAD_ITEM else NOTHING)
  else
    local kind = field(v, 'kind');
    if !absent(field(v, 'apiVersion')) && !absent(kind) then typed(v, kind, context)
    else if absent(field(v, 'apiVersion')) && absent(kind) then
      if context.kind != '' then typed(v, context.kind, context)
      else if context.listed then BAD_ITEM
      else NOTHING
    else if std.type(field(v, 'metadata')) == 'object' then typed(v, kind, context)
    else NOTHING;

// pathOf returns the keys on the way from the root to a node.
local pathOf(n) =
  local up(n, path) =
    if n[AROUND] == null then path else up(n[AROUND], [n[KEY]] + path) tailstrict;
  up(n, []);

// Strings of the input are shown in ASCII, so that none can act on a terminal.
local hex(i, digits) = if digits == 0 then '' else hex(std.floor(i / 16), digits - 1) + '0123456789abcdef'[i % 16];
local literal(s) =
  local unit(i) = '\\u' + hex(i, 4);
  local escape(c) =
    local i = std.codepoint(c);
    if c == '"' || c == '\\' then '\\' + c
    else if i >= 32 && i <= 126 then c
    else if i > 65535 then unit(55296 + std.floor((i - 65536) / 1024)) + unit(56320 + (i - 65536) % 1024)
    else unit(i);
  '"' + std.join('', [escape(c) for c in std.stringChars(s)]) + '"';

local LETTERS = std.stringChars('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_');
local DIGITS = std.stringChars('0123456789');
local KEYWORDS = [
  'assert', 'else', 'error', 'false', 'for', 'function', 'if', 'import', 'importbin', 'importstr',
  'in', 'local', 'null', 'self', 'super', 'tailstrict', 'then', 'true',
];
local count(arr, x) = std.length([y for y in arr if y == x]);
local isIdentifier(s) =
  s != '' && count(KEYWORDS, s) == 0 && count(DIGITS, s[0]) == 0 &&
  std.length([c for c in std.stringChars(s) if count(LETTERS, c) + count(DIGITS, c) == 0]) == 0;

// accessor returns the jsonnet expression that leads from the tree to a node.
local accessor(n) =
  local step(key) =
    if !isText(key) then '[' + key + ']'
    else if isIdentifier(key) then '.' + key
    else '[' + literal(key) + ']';
  std.join('', ['$'] + [step(key) for key in pathOf(n)]);

// inEnvironment is the context of what a Tanka Environment holds: a set of its
// own, and the namespace that Tanka fills in.
local inEnvironment(n) =
  local o = n[VALUE], metadata = mapping(field(o, 'metadata'));
  local text(v, default) = if isText(v) && v != '' then v else default;
  local set = [text(field(metadata, 'namespace'), ''), text(field(metadata, 'name'), accessor(n))];
  n[CONTEXT] {
    set: std.toString(set),
    namespace: text(field(mapping(field(o, 'spec')), 'namespace'), 'default'),
  };

// inList is the context of the items of a List. To kubectl a ResourceList is
// none.
local inList(n) =
  local o = n[VALUE], context = n[CONTEXT];
  local own = field(o, 'kind');
  local kind = if absent(own) then context.kind else own;
  local apiVersion = if absent(own) then context.apiVersion else field(o, 'apiVersion');
  if kind == 'ResourceList' then context { listed: false, apiVersion: '', kind: '' }
  else context { listed: true, apiVersion: apiVersion, kind: std.substr(kind, 0, std.length(kind) - 4) };

// children returns the nodes in a node that holds others.
local children(n) =
  local v = n[VALUE], class = n[CLASS], context = n[CONTEXT];
  if class == CONTAINER then
    if std.type(v) == 'array' then
      [[v[i], i, n, context, classify(v[i], context)] for i in std.range(0, std.length(v) - 1)]
    else
      [[v[k], k, n, context, classify(v[k], context)] for k in std.objectFields(v)]
  else if class == ENVIRONMENT then
    local inner = inEnvironment(n), data = field(v, 'data');
    [[data, 'data', n, inner, classify(data, inner)]]
  else
    local inner = inList(n), items = [v.items, 'items', n, inner, CONTAINER];
    [[v.items[i], i, items, inner, classifyItem(v.items[i], inner)] for i in std.range(0, std.length(v.items) - 1)];

// walk returns what is in the tree, level by level: a recursion would need
// more stack than the evaluation of the tree itself.
local walk(tree, namespace) =
  local context = { set: '[]', namespace: namespace, listed: false, apiVersion: '', kind: '' };
  local down(nodes, done) =
    if std.length(nodes) == 0 then done
    else
      down(
        std.flatMap(children, [n for n in nodes if n[CLASS] <= NESTED && n[CLASS] != NOTHING]),
        done + [n for n in nodes if n[CLASS] >= NESTED]
      ) tailstrict;
  down([[tree, '$', null, context, classify(tree, context)]], []);

// groups returns pairs of a key and something as arrays of those with one key.
local groups(pairs) =
  local sorted = std.sort(pairs, function(p) p[0]), n = std.length(sorted);
  local starts = [i for i in std.range(0, n - 1) if i == 0 || sorted[i][0] != sorted[i - 1][0]];
  local end(g) = if g + 1 < std.length(starts) then starts[g + 1] else n;
  [
    { key: sorted[starts[g]][0], all: [sorted[i][1] for i in std.range(starts[g], end(g) - 1)] }
    for g in std.range(0, std.length(starts) - 1)
  ];

// apiVersionOf and kindOf return the type of an object, be it inherited from a
// List.
local inherits(n) = n[CONTEXT].kind != '' && absent(field(n[VALUE], 'apiVersion')) && absent(field(n[VALUE], 'kind'));
local apiVersionOf(n) = if inherits(n) then n[CONTEXT].apiVersion else field(n[VALUE], 'apiVersion');
local kindOf(n) = if inherits(n) then n[CONTEXT].kind else field(n[VALUE], 'kind');

// groupOf returns the group of an apiVersion, or null if that is malformed.
local groupOf(apiVersion) =
  local parts = std.split(apiVersion, '/');
  if std.length(parts) == 1 && apiVersion != '' then ''
  else if std.length(parts) == 2 && parts[1] != '' then parts[0];

local isConfig(apiVersion, group, type) =
  group in configGroups || type in configKinds || apiVersion in configVersions ||
  std.length([s for s in configSuffixes if std.endsWith(group, s)]) > 0;

// typeOf returns the type under which a server stores an object, or null.
local typeOf(apiVersion, kind, aliases) =
  local group = groupOf(apiVersion);
  if group != null then
    local written = group + '/' + kind;
    local type = if written in aliases then aliases[written] else written;
    if type in scopes then type
    else if !(type in unstored) && !isConfig(apiVersion, group, written) then type;

// definitions returns the scopes that CRDs in the tree declare, by set and type.
local definitions(nodes) =
  local isCRD(n) = kindOf(n) == 'CustomResourceDefinition' && isText(apiVersionOf(n)) &&
                   groupOf(apiVersionOf(n)) == 'apiextensions.k8s.io';
  local define(n) =
    local spec = mapping(field(n[VALUE], 'spec')), names = mapping(field(spec, 'names'));
    local group = field(spec, 'group'), kind = field(names, 'kind'), scope = field(spec, 'scope');
    if isText(group) && group != '' && isText(kind) && kind != '' then
      [[n[CONTEXT].set + group + '/' + kind, { group: group, scope: if absent(scope) then 'Namespaced' else scope }]]
    else [];
  groups(std.flatMap(define, [n for n in nodes if n[CLASS] == OBJECT && isCRD(n)]));

// rulesOf makes of the options and the CRDs what identities go by.
local rulesOf(nodes, options) =
  local all = if options.openshift then openshiftAliases else {};
  local defined = definitions(nodes);
  // A group without a dot is refused by every server, and scopes that
  // contradict each other say nothing.
  local speaks(d) =
    std.length(std.split(d.all[0].group, '.')) > 1 &&
    std.length([s for s in d.all if s.scope != d.all[0].scope]) == 0 &&
    (d.all[0].scope == 'Cluster' || d.all[0].scope == 'Namespaced');
  local given(s) =
    local parts = std.splitLimit(s, '.', 1);
    (if std.length(parts) > 1 then parts[1] else '') + '/' + parts[0];
  local canonical(type) = if type in all then all[type] else if type in aliases then aliases[type] else type;
  local cluster = std.set(std.flatMap(function(s) [given(s), canonical(given(s))], options.clusterScoped));
  {
    aliases: aliases + all,
    defined: { [d.key]: d.all[0].scope for d in defined if speaks(d) },
    groups: { [g.key]: true for g in groups([[d.all[0].group, d] for d in defined]) },
    cluster: { [type]: true for type in cluster },
  };

local isCluster(type, set, rules) =
  if type in rules.cluster then true
  else if set + type in rules.defined then rules.defined[set + type] == 'Cluster'
  else type in scopes && scopes[type] == 'Cluster';

// identify returns [set, type, namespace, name], or null if an object has no
// identity.
local identify(n, rules) =
  local o = n[VALUE], context = n[CONTEXT], apiVersion = apiVersionOf(n), kind = kindOf(n);
  local metadata = mapping(field(o, 'metadata'));
  local name = field(metadata, 'name'), namespace = field(metadata, 'namespace');
  if isText(apiVersion) && isText(kind) && kind != '' && isText(name) && name != '' &&
     optional(namespace) && optional(field(metadata, 'generateName')) then
    local type = typeOf(apiVersion, kind, rules.aliases);
    if type != null then [
      context.set,
      type,
      if isCluster(type, context.set, rules) then '' else if absent(namespace) then context.namespace else namespace,
      name,
    ];

// keyOf joins an identity so that different ones stay different.
local keyOf(id) =
  std.length(id[0]) + ',' + std.length(id[1]) + ',' + std.length(id[2]) + ',' + id[0] + id[1] + id[2] + id[3];

// duplicates returns, of pairs of a node and its identity, the arrays of those
// that have one identity.
local duplicates(identified) =
  local keys = std.sort([keyOf(n[1]) for n in identified]);
  local twice = std.uniq([keys[i] for i in std.range(1, std.length(keys) - 1) if keys[i] == keys[i - 1]]);
  // Most trees have none, and pairs cost more to sort than strings.
  if std.length(twice) == 0 then []
  else
    local wanted = { [key]: true for key in twice };
    [g.all for g in groups([[keyOf(n[1]), n] for n in identified if keyOf(n[1]) in wanted])];

// collide describes the nodes of one identity, in the order of the tree.
local collide(declared) =
  local sorted = std.sort(declared, function(d) pathOf(d[0]));
  local id = sorted[0][1], parts = std.splitLimit(id[1], '/', 1);
  local contents = [std.toString(d[0][VALUE]) for d in sorted];
  local identical = std.length([c for c in contents if c != contents[0]]) == 0;
  {
    rule: if identical then 'identical-object' else 'duplicate-object',
    id: { group: parts[0], kind: parts[1], namespace: id[2], name: id[3] },
    identical: identical,
    paths: [accessor(d[0]) for d in sorted],
    order:: pathOf(sorted[0][0]),
  };

// glob says whether a pattern is all of a string: "*" stands for any
// characters, "?" for one. reached[i] says whether what was read of the string
// ends where the first i characters of the pattern do.
local glob(pattern, s) =
  local p = std.stringChars(pattern), n = std.length(p);
  local stars(reached) = std.foldl(
    function(done, i) done + [reached[i] || i > 0 && p[i - 1] == '*' && done[i - 1]], std.range(0, n), []
  );
  local read(reached, c) =
    stars([i > 0 && reached[i - 1] && (p[i - 1] == c || p[i - 1] == '?') || i < n && p[i] == '*' && reached[i] for i in std.range(0, n)]);
  std.foldl(read, std.stringChars(s), stars([i == 0 for i in std.range(0, n)]))[n];

// ignores says whether a pattern "KIND[.GROUP] [NAMESPACE/]NAME" is about an
// identity.
local ignores(pattern, id) =
  local parts = std.splitLimit(pattern, ' ', 1);
  if std.length(parts) < 2 || parts[0] == '' || parts[1] == '' then
    error 'kuniq: ' + literal(pattern) + ' is not of the form KIND[.GROUP] [NAMESPACE/]NAME'
  else
    local type = std.splitLimit(parts[0], '.', 1);
    local full = if id.namespace == '' then id.name else id.namespace + '/' + id.name;
    glob(type[0], id.kind) && (std.length(type) == 1 || glob(type[1], id.group)) &&
    (glob(parts[1], full) || std.length(std.split(parts[1], '/')) == 1 && glob(parts[1], id.name));

// problem returns what is wrong with one node, as an array of a rule and words,
// or null.
local problem(n, rules) =
  local o = n[VALUE], apiVersion = apiVersionOf(n), kind = kindOf(n), metadata = mapping(field(o, 'metadata'));
  local group = if isText(apiVersion) then groupOf(apiVersion);
  local type = group + '/' + kind;
  local known = group in rules.groups ||
                std.length([t for t in std.objectFields(scopes + unstored) if std.startsWith(t, group + '/')]) > 0;
  local wrong = [f[0] for f in [
    ['apiVersion', apiVersion],
    ['kind', kind],
    ['metadata.name', field(metadata, 'name')],
    ['metadata.namespace', field(metadata, 'namespace')],
    ['metadata.generateName', field(metadata, 'generateName')],
  ] if !optional(f[1])];
  if n[CLASS] == BAD_ITEM then ['invalid-type', 'is an item of a List and no object']
  else if n[CLASS] == BAD_ITEMS then ['invalid-type', 'is a List whose items are not an array']
  else if group != null && isText(kind) && isConfig(apiVersion, group, type) then null
  else if n[CLASS] == NESTED then ['nested-list', 'is a List inside a List, which kubectl refuses']
  else if n[CLASS] == STRAY_ITEMS then
    ['stray-items', 'has a top-level array items; kubectl takes it for a List and drops the object']
  else if std.length(wrong) > 0 then ['not-a-string', 'has a ' + wrong[0] + ' that is not a string']
  else if absent(apiVersion) || absent(kind) then null
  else if group == null then ['invalid-type', 'has a malformed apiVersion']
  else if type in unstored || !absent(field(metadata, 'name')) || !absent(field(metadata, 'generateName')) then null
  else if known then ['no-name', 'has neither metadata.name nor metadata.generateName'];

local defaults = { namespace: '', identical: 'error', clusterScoped: [], openshift: false, ignore: [] };
// settled returns the options with nothing left out, or fails: one that is
// misspelled would have no effect.
local settled(options) =
  local all = defaults + options;
  local wrong = [
    k
    for k in std.objectFieldsAll(all)
    if !has(defaults, k) || std.type(all[k]) != std.type(defaults[k]) ||
       k == 'identical' && all[k] != 'error' && all[k] != 'allow'
  ];
  if std.length(wrong) == 0 then all
  else error 'kuniq: there is no option ' + literal(wrong[0]) + ', or not with this value';

local report(tree, options) =
  local given = settled(options), nodes = walk(tree, given.namespace);
  local leaves = [n for n in nodes if n[CLASS] == LEAF];
  local rules = rulesOf(nodes, given);
  local objects = [n for n in nodes if n[CLASS] == OBJECT || n[CLASS] == STRAY_ITEMS];
  local identified = [[n, identify(n, rules)] for n in objects];
  local collisions = [
    c
    for c in [collide(d) for d in duplicates([i for i in identified if i[1] != null])]
    if !(c.identical && given.identical == 'allow') &&
       std.length([pattern for pattern in given.ignore if ignores(pattern, c.id)]) == 0
  ];
  local doubtful = [n for n in nodes if n[CLASS] != OBJECT] + [i[0] for i in identified if i[1] == null && i[0][CLASS] == OBJECT];
  local problems = [p for p in [[n, problem(n, rules)] for n in doubtful] if p[1] != null];
  if std.length(leaves) > 0 then
    error 'kuniq: ' + accessor(leaves[0]) + ' is a ' + std.type(leaves[0][VALUE]) + ', not a Kubernetes object'
  else {
    objects: std.length(objects),
    collisions: std.sort(collisions, function(c) c.order),
    problems: [
      { rule: p[1][0], path: accessor(p[0]), message: p[1][1] }
      for p in std.sort(problems, function(p) pathOf(p[0]))
    ],
  };

// named returns a string of the input for a message: cut, and in quotes if
// there is anything unusual in it.
local named(s) =
  local cut = if std.length(s) > 253 then std.substr(s, 0, 253) + '...' else s;
  local quoted = literal(cut);
  if quoted == '"' + cut + '"' then cut else quoted;

// listed joins words, but not too many of them.
local listed(words, most, separator) =
  local more = std.length(words) - most;
  std.join(separator, if more > 0 then words[:most] + ['and ' + more + ' more'] else words);

local line(c) =
  local type = c.id.kind + (if c.id.group == '' then '' else '.' + c.id.group);
  local name = (if c.id.namespace == '' then '' else named(c.id.namespace) + '/') + named(c.id.name);
  local times = if std.length(c.paths) == 2 then 'twice' else std.length(c.paths) + ' times';
  named(type) + ' ' + name + ' is declared ' + times +
  (if c.identical then ' with identical contents' else ' with different contents') +
  ': ' + listed([named(p) for p in c.paths], 10, ', ') + ' [' + c.rule + ']';

// message returns what check says, or nothing if all is well.
local message(r) =
  local lines = [line(c) for c in r.collisions] +
                [named(p.path) + ' ' + p.message + ' [' + p.rule + ']' for p in r.problems];
  if std.length(lines) == 0 then '' else 'kuniq: ' + listed(lines, 20, '\n');

{
  // check returns the tree, or fails and names every collision.
  check(tree, options={})::
    local said = message(report(tree, options));
    if said == '' then tree else error said,

  // ok returns true, or fails as check does: assert kuniq.ok(self).
  ok(tree, options={})::
    local said = message(report(tree, options));
    if said == '' then true else error said,

  // collisions returns an array with one element for each object that is
  // declared more than once: its id, whether the declarations are identical,
  // and their paths. It fails if an object has no legible identity, because
  // then an empty array would say too much.
  collisions(tree, options={})::
    local r = report(tree, options);
    if r.problems == [] then r.collisions else error message(r { collisions: [] }),

  // report returns what check goes by, and never fails but for a leaf that is
  // no object: the number of objects, their collisions, and other problems,
  // each with a rule, a path and a message.
  report(tree, options={}):: report(tree, options),
}
