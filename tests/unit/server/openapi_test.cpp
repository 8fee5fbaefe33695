// The description of the interface says what the server does.
#include "server/openapi.hpp"

#include <set>
#include <sstream>

#include "front_fixture.hpp"

namespace tessera::server::test {
namespace {

using Methods = std::set<std::string>;

/// The path with every `{name}` filled in.
std::string filled_in(std::string path) {
  for (std::size_t at; (at = path.find('{')) != std::string::npos;)
    path.replace(at, path.find('}', at) - at + 1, "some");
  return path;
}

Methods methods_of(const Json& path) {
  Methods methods;
  for (const auto& [name, value] : path.members()) {
    std::string method;
    for (const char c : name) method += static_cast<char>(g_ascii_toupper(c));
    if (name != "parameters") methods.insert(method);
  }
  return methods;
}

Methods split(const std::string& allow) {
  Methods methods;
  std::istringstream in(allow);
  for (std::string method; std::getline(in >> std::ws, method, ',');) methods.insert(method);
  return methods;
}

void collect_references(const Json& value, std::set<std::string>& found) {
  for (const auto& [name, member] : value.members()) {
    if (name == "$ref") found.insert(member.as_string());
    collect_references(member, found);
  }
  for (const Json& item : value.items()) collect_references(item, found);
}

class OpenApiTest : public FrontTest {
 protected:
  const Json document_ = Json::parse(openapi_document()).value();
};

TEST_F(OpenApiTest, EveryPathTakesTheMethodsItSays) {
  start();
  for (const auto& [path, described] : document_["paths"].members()) {
    const Answer answer = call("PURGE", filled_in(path));
    ASSERT_EQ(answer.status, 405) << path;
    Methods taken = split(answer.headers.at("allow"));
    Methods said = methods_of(described);
    // Said once for all paths: HEAD goes with GET, and OPTIONS everywhere. A GET of WHIP's only says that it
    // is there.
    for (const char* plain : {"HEAD", "OPTIONS"}) taken.erase(plain), said.erase(plain);
    if (path.starts_with("/whip/") || path.starts_with("/whep/")) taken.erase("GET");
    EXPECT_EQ(said, taken) << path;
  }
}

TEST_F(OpenApiTest, EveryRouteIsDescribed) {
  start();
  std::set<std::string> served, described;
  for (const auto& pattern : front_->patterns()) served.insert(pattern);
  for (const auto& [path, methods] : document_["paths"].members()) described.insert(path);
  // The document itself, and what is no HTTP.
  for (const char* other : {"/openapi.json", "/api/v1/openapi.json", "/ws"}) served.erase(other);
  EXPECT_EQ(served, described);
}

TEST_F(OpenApiTest, EveryReferenceLeadsSomewhere) {
  std::set<std::string> references;
  collect_references(document_, references);
  EXPECT_GT(references.size(), 10U);
  for (const std::string& reference : references) {
    ASSERT_TRUE(reference.starts_with("#/")) << reference;
    const Json* at = &document_;
    std::istringstream in(reference.substr(2));
    for (std::string name; std::getline(in, name, '/');) {
      at = at->find(name);
      ASSERT_NE(at, nullptr) << reference;
    }
  }
}

}  // namespace
}  // namespace tessera::server::test
