# SPDX-License-Identifier: GPL-3.0-or-later
# One interface target carries every compile option of the project; every target of ours links it.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_AUTOMOC ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# ccache understands precompiled headers only with these sloppiness switches; by the compiler's own list of dependencies it
# needs no second pass of the preprocessor.
find_program(APEX_CCACHE ccache)
if(APEX_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND};-E;env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_DEPEND=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${APEX_CCACHE})
endif()

add_library(apex_options INTERFACE)
target_compile_definitions(apex_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_NO_CONTEXTLESS_CONNECT QT_NO_FOREACH QT_NO_KEYWORDS
    QT_USE_QSTRINGBUILDER QT_STRICT_ITERATORS QT_DISABLE_DEPRECATED_BEFORE=0x060400
    APEX_VERSION="${PROJECT_VERSION}")
if(MSVC)
    target_compile_options(apex_options INTERFACE /W4 /permissive- /utf-8 /guard:cf /Zc:__cplusplus)
    if(APEX_WERROR)
        target_compile_options(apex_options INTERFACE /WX)
    endif()
else()
    target_compile_options(apex_options INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
        -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wnull-dereference
        -Werror=unused-result -Werror=switch -Werror=return-type)
    if(APEX_WERROR)
        target_compile_options(apex_options INTERFACE -Werror)
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # False positives of GCC 12 in the standard library and Qt headers when it inlines at -O2, and of any file that is
        # compiled as part of another one.
        target_compile_options(apex_options INTERFACE
            $<$<BOOL:${APEX_UNITY}>:-Wno-subobject-linkage>
            -Wno-null-dereference -Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow)
    endif()
    if(NOT APEX_SANITIZE)
        target_compile_definitions(apex_options INTERFACE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2> _GLIBCXX_ASSERTIONS)
        target_compile_options(apex_options INTERFACE -fstack-protector-strong)
        if(NOT APPLE)
            target_link_options(apex_options INTERFACE -Wl,-z,relro,-z,now)
        endif()
    endif()
endif()
if(APEX_SANITIZE)
    target_compile_options(apex_options INTERFACE -fsanitize=${APEX_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(apex_options INTERFACE -fsanitize=${APEX_SANITIZE})
endif()
if(APEX_COVERAGE)
    target_compile_options(apex_options INTERFACE --coverage -fprofile-abs-path)
    target_link_options(apex_options INTERFACE --coverage)
endif()
find_program(APEX_MOLD mold)
if(APEX_MOLD AND NOT APPLE AND NOT MSVC)
    add_link_options(-fuse-ld=mold)
endif()

# apex_library(<folder> SOURCES ... LINK ...): one static library per folder of src/ and ui/.
# Headers are included as "<folder>/<file>.h" from src/ and as "ui/<folder>/<file>.h" from ui/.
function(apex_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
    add_library(apex_${name} STATIC ${ARG_SOURCES})
    target_include_directories(apex_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
    target_link_libraries(apex_${name} PUBLIC apex_options ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
    apex_precompile(apex_${name})
    set_target_properties(apex_${name} PROPERTIES UNITY_BUILD ${APEX_UNITY} UNITY_BUILD_BATCH_SIZE ${APEX_UNITY_BATCH})
endfunction()

# Two shared precompiled headers, one for code without a window and one with: building one per target costs more than it saves.
function(apex_precompile target)
    if(NOT APEX_PCH)
        return()
    endif()
    get_target_property(links ${target} LINK_LIBRARIES)
    if(target MATCHES "^apex_ui_" OR "Qt6::Widgets" IN_LIST links)
        target_precompile_headers(${target} REUSE_FROM apex_pch_widgets)
    else()
        target_precompile_headers(${target} REUSE_FROM apex_pch_core)
    endif()
endfunction()
