#include "base/json.hpp"

#include <json-glib/json-glib.h>

#include <cmath>
#include <memory>

#include "base/json_print.hpp"
#include "base/json_scan.hpp"

namespace tessera {
namespace {

struct Unref {
  void operator()(JsonParser* parser) const { g_object_unref(parser); }
  void operator()(GError* failure) const { g_error_free(failure); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

Json from_node(JsonNode* node) {
  switch (json_node_get_node_type(node)) {
    case JSON_NODE_OBJECT: {
      JsonObject* source = json_node_get_object(node);
      Json::Object members;
      members.reserve(json_object_get_size(source));
      JsonObjectIter iter;
      const char* key = nullptr;
      JsonNode* member = nullptr;
      json_object_iter_init_ordered(&iter, source);
      while (json_object_iter_next_ordered(&iter, &key, &member))
        members.emplace_back(key, from_node(member));
      return Json::from_members(std::move(members));
    }
    case JSON_NODE_ARRAY: {
      JsonArray* source = json_node_get_array(node);
      Json::Array items;
      const guint length = json_array_get_length(source);
      items.reserve(length);
      for (guint i = 0; i < length; ++i) items.push_back(from_node(json_array_get_element(source, i)));
      return Json(std::move(items));
    }
    case JSON_NODE_VALUE: {
      const GType type = json_node_get_value_type(node);
      if (type == G_TYPE_BOOLEAN) return Json(json_node_get_boolean(node) != FALSE);
      if (type == G_TYPE_INT64) return Json(static_cast<long long>(json_node_get_int(node)));
      if (type == G_TYPE_DOUBLE) return Json(json_node_get_double(node));
      if (type == G_TYPE_STRING) return Json(std::string(json_node_get_string(node)));
      return {};
    }
    case JSON_NODE_NULL:
      return {};
  }
  return {};
}

const Json& null_json() {
  static const Json null;
  return null;
}

}  // namespace

Json Json::object(std::initializer_list<Member> members) {
  Json object;
  object.value_ = Object{};
  for (const auto& [key, value] : members) object.set(key, value);
  return object;
}

Json Json::from_members(Object members) {
  Json object;
  object.value_ = std::move(members);
  return object;
}

Result<Json> Json::parse(std::string_view text, const JsonLimits& limits) {
  if (!g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr))
    return tessera::error("bad-json", "the text is not valid UTF-8");
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return tessera::error("bad-json", "the text is empty; a JSON value was expected");
  // Before parsing: the parser recurses, takes more than JSON, and searches a list for each key that comes
  // again.
  if (auto scanned = scan_json(text, limits); !scanned) return scanned.error();
  Owned<JsonParser> parser(json_parser_new_immutable());
  GError* raw = nullptr;
  if (!json_parser_load_from_data(parser.get(), text.data(), static_cast<gssize>(text.size()), &raw)) {
    Owned<GError> failure(raw);
    std::string message = failure ? failure->message : "not valid JSON";
    if (message.starts_with("<data>:")) message = "line " + message.substr(7);
    return tessera::error("bad-json", "{}", message);
  }
  JsonNode* root = json_parser_get_root(parser.get());
  if (!root) return tessera::error("bad-json", "the text holds no JSON value");
  return from_node(root);
}

std::string Json::dump(bool pretty) const {
  return print_json(*this, pretty);
}

std::string_view Json::type_name() const {
  constexpr std::string_view names[] = {"null",     "a boolean", "an integer", "a number",
                                        "a string", "an array",  "an object"};
  return names[value_.index()];
}

bool Json::as_bool(bool fallback) const {
  const bool* value = std::get_if<bool>(&value_);
  return value ? *value : fallback;
}

std::int64_t Json::as_int(std::int64_t fallback) const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  if (const auto* value = std::get_if<double>(&value_); value && std::abs(*value) < 9e15)
    return static_cast<std::int64_t>(*value);
  return fallback;
}

double Json::as_double(double fallback) const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  return fallback;
}

std::string Json::as_string(std::string_view fallback) const {
  const auto* value = std::get_if<std::string>(&value_);
  return value ? *value : std::string(fallback);
}

const Json::Array& Json::items() const {
  static const Array empty;
  const auto* value = std::get_if<Array>(&value_);
  return value ? *value : empty;
}

const Json::Object& Json::members() const {
  static const Object empty;
  const auto* value = std::get_if<Object>(&value_);
  return value ? *value : empty;
}

const Json* Json::find(std::string_view key) const {
  for (const auto& [name, member] : members())
    if (name == key) return &member;
  return nullptr;
}

const Json& Json::operator[](std::string_view key) const {
  const Json* member = find(key);
  return member ? *member : null_json();
}

Json& Json::set(std::string_view key, Json value) {
  if (is_null()) value_ = Object{};
  auto& object = std::get<Object>(value_);
  for (auto& [name, member] : object) {
    if (name == key) {
      member = std::move(value);
      return *this;
    }
  }
  object.emplace_back(std::string(key), std::move(value));
  return *this;
}

Json& Json::push(Json item) {
  if (is_null()) value_ = Array{};
  std::get<Array>(value_).push_back(std::move(item));
  return *this;
}

}  // namespace tessera
