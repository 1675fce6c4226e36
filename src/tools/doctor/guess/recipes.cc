// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include "tools/doctor/guess/candidate.h"

namespace routemeter::doctor {
namespace {

using model::Field;

struct Recipe {
  std::string_view name;
  std::string_view format;
  /// The times that are in milliseconds.
  std::vector<Field> milliseconds;
  std::string_view remark;
};

constexpr std::string_view kBytesWithHeaders = "its sizes include the headers";

// Each is defined in the manual of its program, under "access log" or "log format".
const std::vector<Recipe> kRecipes = {
    {"AWS application load balancer",
     R"re((?:https?|h2|grpcs|wss?) (?P<time>\S+) \S+ \S+ \S+ \S+ (?:-1|(?P<duration>[0-9.]+)) )re"
     R"re(\S+ (?P<status>\S+) \S+ (?:-1|(?P<request_size>[0-9]+)) )re"
     R"re((?:-1|(?P<response_size>[0-9]+)) "(?P<request>(?:[^"\\]|\\.)*)" .*)re",
     {},
     "the duration is target_processing_time, the application's part; its sizes include the headers"},
    {"AWS classic load balancer",
     R"re((?P<time>[0-9-]+T[0-9:.]+Z) \S+ \S+ \S+ \S+ (?:-1|(?P<duration>[0-9.]+)) \S+ )re"
     R"re((?P<status>\S+) \S+ (?P<request_size>[0-9]+) (?P<response_size>[0-9]+) )re"
     R"re("(?P<request>(?:[^"\\]|\\.)*)"(?: .*)?)re",
     {},
     "the duration is backend_processing_time, the application's part"},
    {"AWS CloudFront",
     R"re([0-9-]+\t[0-9:]+\t\S+\t(?P<response_size>[0-9]+)\t\S+\t(?P<method>\S+)\t(?P<host>\S+)\t)re"
     R"re((?P<target>\S+)\t(?P<status>\S+)\t(?:[^\t]*\t){8}(?P<request_size>[0-9]+)\t)re"
     R"re((?P<duration>[0-9.]+)(?:\t.*)?)re",
     {},
     kBytesWithHeaders},
    {"AWS S3",
     R"re(\S+ \S+ \[(?P<time>[^\]]+)\] \S+ \S+ \S+ \S+ \S+ "(?P<request>[^"]*)" )re"
     R"re((?P<status>\S+) \S+ (?P<response_size>\S+) \S+ (?P<duration>\S+) \S+ .*)re",
     {Field::kDuration},
     ""},
    {"HAProxy HTTP log",
     R"re(\S+:\d+ \[[^\]]+\] \S+ \S+ )re"
     R"re(-?\d+/-?\d+/-?\d+/(?:-1|(?P<time_to_first_byte>\d+))/\+?(?P<duration>\d+) )re"
     R"re((?P<status>-?\d+) \+?(?P<response_size>\d+) .*"(?P<request>[^"]*)".*)re",
     {Field::kDuration, Field::kTimeToFirstByte},
     kBytesWithHeaders},
    {"Squid native log",
     R"re((?P<time>\d+\.\d+) +(?P<duration>\d+) \S+ \w+/(?P<status>\d+) )re"
     R"re((?P<response_size>\d+) (?P<method>\S+) (?P<target>\S+) .*)re",
     {Field::kDuration},
     kBytesWithHeaders},
    {"uWSGI",
     R"re(\[pid: .*?\] \S+ \(.*?\) \{\d+ vars in \d+ bytes\} \[[^\]]*\] (?P<method>\S+) )re"
     R"re((?P<target>\S+) => generated (?P<response_size>\d+) bytes in (?:(?P<duration>\d+) )re"
     R"re(msecs|\d+ micros) \(HTTP/[0-9.]+ (?P<status>\d+)\) .*)re",
     {Field::kDuration},
     "with log-micros the duration is in micros: change msecs to micros and the unit to us"},
    {"Envoy's default text format",
     R"re(\[(?P<time>[^\]]+)\] "(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d+) )re"
     R"re(.*?(?P<request_size>\d+) (?P<response_size>\d+) (?P<duration>\d+) )re"
     R"re((?P<time_to_first_byte>\d+|-) "[^"]*" "[^"]*" "[^"]*" "(?P<host>[^"]*)".*)re",
     {Field::kDuration, Field::kTimeToFirstByte},
     ""},
    {"eventlet.wsgi (OpenStack)",
     R"re(.*"(?P<request>[^"]*)" status: (?P<status>\d+) +len: (?P<response_size>\d+) time: )re"
     R"re((?P<duration>[0-9.]+))re",
     {},
     "access lines stand between other messages, which count as no_match"},
    {"nginx proxy manager",
     R"re([$time_local] $upstream_cache_status $upstream_status $status - $request_method )re"
     R"re($scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip )re"
     R"re($gzip_ratio] [Sent-to $server] "$http_user_agent" "$http_referer")re",
     {},
     ""},
    {"Zoraxy",
     R"re(\S+ \S+ \[[^\]]*\] \[router:[^\]]*\] \[origin:(?P<host>[^\]]*)\] .*\] )re"
     R"re((?P<method>[A-Z]+) (?P<target>\S+) (?P<status>\d+))re",
     {},
     ""},
    {"Apache, the extended format of netnea's tutorials",
     R"re(%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %v %A %p %R )re"
     R"re(%{BALANCER_WORKER_ROUTE}e %X "%{cookie}n" %{UNIQUE_ID}e %I %O %{ratio}n%% %D )re"
     R"re(%{ModSecTimeIn}e %{ApplicationTime}e %{ModSecTimeOut}e %{ModSecAnomalyScoreIn}e )re"
     R"re(%{ModSecAnomalyScoreOut}e)re",
     {},
     "the duration is %D, the time of the whole request"},
    {"lighttpd with %I %O %T",
     R"re(%{X-Forwarded-For}i %h %u %t "%r" %>s %b %I %O %T "%{Referer}i" "%{User-Agent}i")re",
     {},
     ""},
    {"combined, each line in one more pair of quotes",
     R"re("$remote_addr $remote_logname $remote_user [$time_local] "$request" $status )re"
     R"re($body_bytes_sent "$http_referer" "$http_user_agent"")re",
     {},
     ""},
    {"common, each line in one more pair of quotes",
     R"re("$remote_addr $remote_logname $remote_user [$time_local] "$request" $status )re"
     R"re($body_bytes_sent")re",
     {},
     ""},
};

Candidate make(const Recipe& recipe) {
  Candidate out;
  out.name = recipe.name;
  out.spec.text = recipe.format;
  out.remark = recipe.remark;
  for (const Field field : recipe.milliseconds)
    map_field(out.spec, field, std::string(model::name_of(field)), model::Unit::kMilliseconds);
  return out;
}

}  // namespace

std::vector<Candidate> recipes() {
  std::vector<Candidate> out;
  std::ranges::transform(kRecipes, std::back_inserter(out), make);
  return out;
}

Candidate last_resort() {
  return make({"unknown, with a request in quotes and a status behind it",
               R"re(.*?"(?P<request>[A-Z]+ [^"]* HTTP/[0-9.]+)" (?P<status>[1-5][0-9][0-9])(?: )re"
               R"re((?P<response_size>[0-9]+|-))?(?: .*)?)re",
               {},
               "a number behind the status is taken for the size of the response"});
}

}  // namespace routemeter::doctor
