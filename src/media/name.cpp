#include "media/name.hpp"

#include <glib.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace tessera::media {
namespace {

using GText = std::unique_ptr<gchar, decltype(&g_free)>;

bool is_joiner(gunichar c) {
  return c == 0x200d;
}
bool is_skin_tone(gunichar c) {
  return c >= 0x1f3fb && c <= 0x1f3ff;
}
bool is_regional(gunichar c) {
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}
bool is_variation(gunichar c) {
  return c >= 0xfe00 && c <= 0xfe0f;
}

/// Steers the text around it (embedding, override, isolate): a name must not turn its neighbours round.
bool is_direction_control(gunichar c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

std::string text_of(const std::vector<gunichar>& characters) {
  const GText text(
      g_ucs4_to_utf8(characters.data(), static_cast<glong>(characters.size()), nullptr, nullptr, nullptr),
      g_free);
  return text ? text.get() : "";
}

/// The first grapheme of a word, near enough to Unicode's rules (UAX 29) for initials.
std::string first_grapheme(const std::vector<gunichar>& word) {
  std::vector<gunichar> taken{word[0]};
  for (std::size_t i = 1; i < word.size(); ++i) {
    const gunichar c = word[i];
    const bool joined = is_joiner(taken.back());
    const bool flag = is_regional(c) && taken.size() == 1 && is_regional(taken[0]);
    if (!joined && !flag && !is_joiner(c) && !is_variation(c) && !is_skin_tone(c) && !g_unichar_ismark(c))
      break;
    taken.push_back(c);
  }
  const std::string text = text_of(taken);
  const GText upper(g_utf8_strup(text.c_str(), static_cast<gssize>(text.size())), g_free);
  return upper.get();
}

}  // namespace

std::string clean_name(std::string_view name, int most) {
  const GText valid(g_utf8_make_valid(name.data(), static_cast<gssize>(name.size())), g_free);
  std::vector<gunichar> kept;
  for (const gchar* at = valid.get(); *at != 0 && static_cast<int>(kept.size()) < most;
       at = g_utf8_next_char(at)) {
    const gunichar c = g_utf8_get_char(at);
    const bool blank = g_unichar_isspace(c) || g_unichar_iscntrl(c) || is_direction_control(c);
    if (!blank)
      kept.push_back(c);
    else if (!kept.empty() && kept.back() != ' ')
      kept.push_back(' ');
  }
  while (!kept.empty() && kept.back() == ' ') kept.pop_back();
  return text_of(kept);
}

std::string initials(std::string_view name) {
  const std::string clean = clean_name(name);
  std::vector<std::vector<gunichar>> words(1);
  for (const gchar* at = clean.c_str(); *at != 0; at = g_utf8_next_char(at)) {
    const gunichar c = g_utf8_get_char(at);
    if (c == ' ') words.emplace_back();
    // A word starts at its first letter, digit or symbol: "(Ada)" gives A.
    else if (!words.back().empty() || !g_unichar_ispunct(c) || c > 0x7f)
      words.back().push_back(c);
  }
  std::erase_if(words, [](const auto& word) { return word.empty(); });
  if (words.empty()) return "?";
  return words.size() == 1 ? first_grapheme(words.front())
                           : first_grapheme(words.front()) + first_grapheme(words.back());
}

std::uint32_t name_color(std::string_view name) {
  std::uint32_t hash = 2166136261u;  // FNV-1a: spreads short names well
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  const double hue = static_cast<double>((hash ^ hash >> 15) % 360), saturation = 0.46, lightness = 0.40;
  const double amplitude = saturation * std::min(lightness, 1 - lightness);
  auto channel = [&](double offset) {
    const double k = std::fmod(offset + hue / 30, 12.0);
    const double value = lightness - amplitude * std::max(-1.0, std::min({k - 3, 9 - k, 1.0}));
    return static_cast<std::uint32_t>(std::lround(value * 255));
  };
  return channel(0) << 16 | channel(8) << 8 | channel(4);
}

}  // namespace tessera::media
