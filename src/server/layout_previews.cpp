#include "server/layout_previews.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>

namespace tessera::server {
namespace {

constexpr std::size_t most_running = 2, most_waiting = 64, most_kept = 64;
constexpr std::size_t most_bytes = 8 * 1024 * 1024;
constexpr std::chrono::milliseconds draw_limit{10'000};
constexpr int niceness = 10;
/// Linux takes no single argument longer than 128 kB.
constexpr std::size_t most_source = 100 * 1024;

Result<int> number_in(const HttpRequest& request, const char* key, int fallback, int least, int most) {
  const std::string text = request.query_value(key);
  if (text.empty()) return fallback;
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    return error("bad-request", "{} is a number from {} to {}", key, least, most);
  return value;
}

bool parse_size(const std::string& text, PreviewWish& wish) {
  const char* end = text.data() + text.size();
  const auto [cross, bad_width] = std::from_chars(text.data(), end, wish.width);
  if (bad_width != std::errc{} || cross == end || *cross != 'x') return false;
  const auto [last, bad_height] = std::from_chars(cross + 1, end, wish.height);
  const auto fits = [](int side) { return side >= 64 && side <= 1920 && side % 2 == 0; };
  return bad_height == std::errc{} && last == end && fits(wish.width) && fits(wish.height);
}

}  // namespace

Result<PreviewWish> preview_wish(const HttpRequest& request) {
  PreviewWish wish;
  int screen = 0, portrait = 0;
  struct {
    const char* key;
    int* value;
    int most;
  } const fields[] = {{"participants", &wish.participants, 49},
                      {"screen", &screen, 1},
                      {"portrait", &portrait, 1},
                      {"speaking", &wish.speaking, 49},
                      {"pinned", &wish.pinned, 49}};
  for (const auto& field : fields) {
    auto number = number_in(request, field.key, *field.value, 0, field.most);
    if (!number) return std::move(number).error();
    *field.value = *number;
  }
  wish.screen = screen == 1;
  wish.portrait = portrait == 1;
  if (const std::string size = request.query_value("size"); !size.empty() && !parse_size(size, wish))
    return error("bad-request", "size is two even numbers from 64 to 1920, such as 640x360");
  return wish;
}

struct LayoutPreviews::Job {
  std::string key;
  std::vector<std::string> arguments;
  std::vector<OnPng> on_png;
  std::unique_ptr<ChildProcess> child;
  std::string png;
  int output = -1;
  SourceGuard readable, deadline;
  ~Job() {
    readable.reset();
    if (output >= 0) ::close(output);
  }
};

LayoutPreviews::LayoutPreviews(Loop& loop, std::vector<std::string> command)
    : loop_(loop), command_(std::move(command)) {}

LayoutPreviews::~LayoutPreviews() {
  *alive_ = false;
  for (const auto& job : running_)
    if (job->child) job->child->signal(SIGKILL);
}

void LayoutPreviews::draw(const std::string& source, const std::string& directory, const PreviewWish& wish,
                          OnPng on_png) {
  if (source.size() > most_source)
    return on_png(error("preview-failed", "the layout is too long to be previewed"));
  auto job = std::make_unique<Job>();
  job->arguments = {"--source",
                    source,
                    "--images",
                    directory,
                    "-o",
                    "-",
                    "--participants",
                    std::to_string(wish.participants),
                    "--speaking",
                    std::to_string(wish.speaking),
                    "--pinned",
                    std::to_string(wish.pinned),
                    "--size",
                    fmt::format("{}x{}", wish.width, wish.height)};
  if (wish.screen) job->arguments.emplace_back("--screen");
  if (wish.portrait) job->arguments.emplace_back("--portrait");
  for (const auto& argument : job->arguments) job->key += argument + '\n';

  for (const auto& [key, png] : cache_)
    if (key == job->key) return on_png(png);
  const auto same = [&](const auto& other) { return other->key == job->key; };
  if (const auto one = std::find_if(running_.begin(), running_.end(), same); one != running_.end())
    return (*one)->on_png.push_back(std::move(on_png));
  if (const auto one = std::find_if(waiting_.begin(), waiting_.end(), same); one != waiting_.end())
    return (*one)->on_png.push_back(std::move(on_png));
  if (waiting_.size() >= most_waiting) return on_png(error("too-busy", "too many previews are being drawn"));
  job->on_png.push_back(std::move(on_png));
  waiting_.push_back(std::move(job));
  next();
}

void LayoutPreviews::next() {
  if (running_.size() >= most_running || waiting_.empty()) return;
  running_.push_back(std::move(waiting_.front()));
  waiting_.pop_front();
  Job* job = running_.back().get();
  int ends[2];
  if (command_.empty() || pipe2(ends, O_CLOEXEC) != 0)
    return finish(job, error("preview-failed", "no process can be started for a preview"));
  std::vector<std::string> command = command_;
  command.insert(command.end(), job->arguments.begin(), job->arguments.end());
  auto child = ChildProcess::spawn(
      {.command = std::move(command), .pass_fd = ends[1], .pass_as = STDOUT_FILENO, .niceness = niceness},
      [this, alive = alive_, job](int status) {
        if (!*alive) return;
        on_output(*job);  // what it wrote last
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !job->png.empty())
          return finish(job, std::move(job->png));
        finish(job, error("preview-failed", "the preview ended with {}", describe_exit(status)));
      });
  ::close(ends[1]);
  job->output = ends[0];
  fcntl(job->output, F_SETFL, O_NONBLOCK);
  if (!child) return finish(job, std::move(child).error());
  job->child = std::move(*child);
  job->readable = loop_.watch(job->output, GIOCondition(G_IO_IN | G_IO_HUP),
                              [this, job](GIOCondition) { on_output(*job); });
  job->deadline = loop_.after(draw_limit, [job] { job->child->signal(SIGKILL); });
}

void LayoutPreviews::on_output(Job& job) {
  char chunk[65536];
  while (job.output >= 0) {
    const ssize_t got = ::read(job.output, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return job.readable.reset();
    if (job.png.size() + static_cast<std::size_t>(got) > most_bytes) {
      job.readable.reset();
      return job.child->signal(SIGKILL);
    }
    job.png.append(chunk, static_cast<std::size_t>(got));
  }
}

void LayoutPreviews::finish(Job* job, Result<std::string> png) {
  const auto place =
      std::find_if(running_.begin(), running_.end(), [&](const auto& one) { return one.get() == job; });
  const std::unique_ptr<Job> done = std::move(*place);
  running_.erase(place);
  if (png) {
    cache_.emplace_back(done->key, *png);
    if (cache_.size() > most_kept) cache_.pop_front();
  }
  const auto alive = alive_;
  for (const auto& tell : done->on_png) tell(png);
  if (*alive) next();
}

}  // namespace tessera::server
