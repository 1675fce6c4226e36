// SPDX-License-Identifier: Apache-2.0
#pragma once

// The vector instructions of x86-64. g++ 12 takes what its own header leaves undefined on purpose for a
// mistake (GCC PR 105593).

#ifdef __x86_64__
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif
