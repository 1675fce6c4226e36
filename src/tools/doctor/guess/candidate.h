// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/choose/formats.h"
#include "model/rule_file.h"

namespace routemeter::doctor {

/// A format that is none of the built-in ones, but that a rule file can say.
struct Candidate {
  std::string name;        ///< whose it is: "AWS application load balancer"
  model::FormatSpec spec;  ///< `format` and `fields`
  std::string remark;      ///< what is to be known about it; may be empty
};

/// A candidate that some of the lines have.
struct Proposal {
  Candidate candidate;
  format::Detection fit;
};

/// The candidate that most of the lines fit, the earlier of equals; none when it is less than a fifth of
/// them.
std::optional<Proposal> best_fit(const std::vector<Candidate>& candidates,
                                 const std::vector<std::string_view>& lines);

/// Everything that can be said about lines that no built-in format fits, best guesses first: formats of
/// other programs, W3C logs by their header, JSON by its keys, a known format with fields behind it.
std::vector<Candidate> guess_formats(const std::vector<std::string_view>& lines);

/// The lines without the envelope that most of them are in; owns their text.
std::vector<std::string> unwrapped(const std::vector<std::string_view>& lines);

/// `format:` and `fields:` as a rule file has them.
std::vector<std::string> as_yaml(const model::FormatSpec& spec);

/// True for digits only, and for a status from 100 to 599.
bool is_whole_number(std::string_view text);
bool is_status(std::string_view text);

/// Adds one entry of `fields`.
void map_field(model::FormatSpec& spec, model::Field field, std::string name,
               std::optional<model::Unit> unit = std::nullopt);

/// `format: json` with the keys that look like a request's, by their names and values; none when the lines
/// are no JSON, or when method, path or status are in no key.
std::vector<Candidate> guess_json(const std::vector<std::string_view>& lines);

/// The format that the last "#Fields:" line of a W3C extended log says (IIS, CloudFront, NetScaler), or none.
std::vector<Candidate> guess_w3c(const std::vector<std::string_view>& lines);

/// `common` in one of its forms with more fields behind it, which is what most hand-made log formats are: the
/// fields get names by what stands in them, as far as that tells.
std::vector<Candidate> guess_tail(const std::vector<std::string_view>& lines);

/// Access logs of programs that have no format of their own in the program, as formats a rule file can say.
std::vector<Candidate> recipes();

/// Any line with a request in quotes and a status behind it.
Candidate last_resort();

}  // namespace routemeter::doctor
