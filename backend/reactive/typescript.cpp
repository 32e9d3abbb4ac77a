#include "reactive/typescript.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "reactive/registry.hpp"

namespace vv::reactive {
namespace {

/// The `api` object as a tree: `demandes` → `list` → function.
struct Node {
  std::map<std::string, Node> children;
  const Function* function = nullptr;
};

std::vector<std::string> path_of(const std::string& name) {
  std::vector<std::string> path(1);
  for (const char c : name) {
    if (c == '/' || c == ':') {
      path.emplace_back();
    } else {
      path.back() += c;
    }
  }
  if (path.back() == "default") path.pop_back();
  return path;
}

std::string key(const std::string& name) {
  const bool identifier = !name.empty() && (name[0] < '0' || name[0] > '9') &&
                          std::all_of(name.begin(), name.end(), [](char c) {
                            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                   (c >= '0' && c <= '9') || c == '_';
                          });
  return identifier ? name : "\"" + name + "\"";
}

std::string kind_of(const Function& function) {
  switch (function.kind) {
    case FunctionKind::Query:
      return "query";
    case FunctionKind::Mutation:
      return "mutation";
    case FunctionKind::Action:
      return "action";
  }
  return "query";
}

void write(std::string& out, const Node& node, TypeNames& names, const std::string& indent) {
  for (const auto& [name, child] : node.children) {
    out += indent + key(name) + ": ";
    if (child.function != nullptr) {
      const Function& f = *child.function;
      out += "reference<FunctionReference<\"" + kind_of(f) + "\", \"public\", " +
             f.args_typescript(names) + ", " + f.result_typescript(names) + ">>(\"" + f.name +
             "\"),\n";
    } else {
      out += "{\n";
      write(out, child, names, indent + "  ");
      out += indent + "},\n";
    }
  }
}

std::string join(const std::set<std::string>& items, const std::string& between,
                 const std::string& quote) {
  std::string out;
  for (const std::string& item : items) {
    if (!out.empty()) out += between;
    out += quote + item + quote;
  }
  return out;
}

}  // namespace

std::string typescript(const Registry& registry) {
  Node root;
  for (const auto& [name, function] : registry.functions()) {
    Node* node = &root;
    for (const std::string& step : path_of(name)) node = &node->children[step];
    node->function = &function;
  }

  TypeNames names;
  names.imported("FunctionReference");
  std::string tree;
  write(tree, root, names, "  ");

  std::string out =
      "// Made by `visavis types` from the functions' C++ declarations; `./dev types` renews it.\n";
  out += "import type { " + join(names.imports(), ", ", "") + " } from \"convex/server\";\n";
  if (!names.tables().empty()) {
    out += "import type { GenericId } from \"convex/values\";\n\n";
    out += "export type TableName = " + join(names.tables(), " | ", "\"") + ";\n";
    out += "export type Id<T extends TableName> = GenericId<T>;\n";
  }
  for (const auto& [name, body] : names.aliases()) {
    out += "\nexport type " + name + " = " + body + ";\n";
  }
  // At run time a reference is any object with this property: see docs/protocols/convex.md.
  out +=
      "\nfunction reference<F>(name: string): F {\n"
      "  return { [Symbol.for(\"functionName\")]: name } as F;\n"
      "}\n\n"
      "export const api = {\n" +
      tree + "};\n";
  return out;
}

}  // namespace vv::reactive
