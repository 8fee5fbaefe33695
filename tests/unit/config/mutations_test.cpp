// Two hundred and more ways to spoil the shipped layouts, one at a time: each must be refused with the path
// of what was spoilt. A mutation that happens to leave a layout valid would fail here, so none of them does.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "config/layouts.hpp"
#include "directory.hpp"

namespace tessera::config {
namespace {

const std::string shipped = TESSERA_SOURCE_DIR "/layouts";

struct Mutation {
  std::string layout;
  std::string path;  ///< that the message must name
  Json spoilt;
  std::string what;
};

/// Goes through a layout's JSON and offers, for every value, the ways to spoil it.
class Spoiler {
 public:
  Spoiler(std::string name, Json whole, std::vector<Mutation>& into)
      : name_(std::move(name)), whole_(std::move(whole)), into_(into) {}
  void run() { visit(whole_, "$", ""); }

 private:
  using Replace = std::function<void(Json&)>;

  /// A copy of the whole in which the value at `path` was changed.
  void add(const std::string& at, const std::string& expected_path, std::string what, const Replace& change) {
    Json copy = whole_;
    if (Json* value = find(copy, at)) change(*value);
    into_.push_back({name_, expected_path, std::move(copy), std::move(what)});
  }

  // "$.templates[0].regions[1].x" in a tree.
  static Json* find(Json& tree, const std::string& path) {
    Json* at = &tree;
    for (std::size_t i = 1; i < path.size();) {
      if (path[i] == '[') {
        const std::size_t end = path.find(']', i);
        at = const_cast<Json*>(&at->items()[std::stoul(path.substr(i + 1, end - i - 1))]);
        i = end + 1;
      } else {
        const std::size_t end = path.find_first_of(".[", i + 1);
        const std::string key = path.substr(i + 1, end == std::string::npos ? end : end - i - 1);
        at = const_cast<Json*>(at->find(key));
        i = end == std::string::npos ? path.size() : end;
      }
    }
    return at;
  }

  void visit(const Json& value, const std::string& path, const std::string& key) {
    if (key == "$schema") return;
    if (value.is_object()) {
      add(path, path + ".colums", "an unknown key", [](Json& object) { object.set("colums", 1); });
      if (path != "$")
        add(path, path, "a list instead of an object", [](Json& object) { object = Json::array({1}); });
      for (const auto& [name, member] : value.members()) {
        if (name != "$schema")
          add(path, path + "." + name + "x", "a misspelt key", [name = name](Json& object) {
            Json renamed = Json::object();
            for (const auto& [k, v] : object.members()) renamed.set(k == name ? k + "x" : k, v);
            object = renamed;
          });
        visit(member, path + "." + name, name);
      }
    } else if (value.is_array()) {
      add(path, path, "a number instead of a list", [](Json& array) { array = 7; });
      for (std::size_t i = 0; i < value.items().size(); ++i)
        visit(value.items()[i], fmt::format("{}[{}]", path, i), key);
    } else if (value.is_string() || value.is_number()) {
      add(path, path, "true where it cannot be", [](Json& leaf) { leaf = true; });
      if (key != "title" && key != "id")
        add(path, path, "a word that is none", [](Json& leaf) { leaf = "No such thing!"; });
      if (key == "w" || key == "h") add(path, path, "nothing wide or high", [](Json& leaf) { leaf = 0; });
      if (key == "x" || key == "y" || key == "w" || key == "h")
        add(path, path, "beyond the canvas", [](Json& leaf) { leaf = "5/4"; });
    }
  }

  std::string name_;
  Json whole_;
  std::vector<Mutation>& into_;
};

std::vector<Mutation> mutations() {
  std::vector<Mutation> all;
  const auto layouts = Layouts::load(shipped);
  EXPECT_TRUE(layouts.ok());
  if (!layouts) return all;
  for (const auto& name : layouts->names()) Spoiler(name, *layouts->source(name), all).run();
  return all;
}

TEST(MutatedLayouts, EachIsRefusedWithItsPath) {
  const auto all = mutations();
  EXPECT_GE(all.size(), 200u);
  std::set<std::string> different;
  for (const auto& mutation : all) {
    different.insert(mutation.layout + mutation.spoilt.dump());
    const auto read = layout::Layout::from_json(mutation.spoilt, mutation.layout + ".json");
    ASSERT_FALSE(read.ok()) << mutation.layout << " with " << mutation.what << " at " << mutation.path;
    EXPECT_NE(read.error().message.find(mutation.layout + ".json: " + mutation.path), std::string::npos)
        << mutation.what << " at " << mutation.path << " gave: " << read.error().message;
  }
  EXPECT_EQ(different.size(), all.size()) << "some mutations are the same";
  RecordProperty("mutations", static_cast<int>(all.size()));
}

}  // namespace
}  // namespace tessera::config
