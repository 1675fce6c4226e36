// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metric/contract/plugin.h"

// The built-in metrics, one file each. What the library has of them: tests/conformance/README.md.

namespace routemeter::metric {

/// The five families of the library's metrics.default().
util::Result<std::unique_ptr<Plugin>> make_default_set(const model::MetricSpec& spec, PluginContext& context);
/// metrics.latency(): one histogram of durations.
util::Result<std::unique_ptr<Plugin>> make_latency(const model::MetricSpec& spec, PluginContext& context);
/// metrics.requests(): one counter.
util::Result<std::unique_ptr<Plugin>> make_requests(const model::MetricSpec& spec, PluginContext& context);
/// metrics.request_size(), response_size(), combined_size(): one summary of bytes.
util::Result<std::unique_ptr<Plugin>> make_sizes(const model::MetricSpec& spec, PluginContext& context);
/// The in-progress gauge: a log knows a request when it has ended, so the value is always 0.
util::Result<std::unique_ptr<Plugin>> make_inprogress(const model::MetricSpec& spec, PluginContext& context);

}  // namespace routemeter::metric
