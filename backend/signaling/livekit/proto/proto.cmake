# LiveKit's messages, compiled from our own .proto files. Generated code keeps its warnings to itself.
set(livekit_proto_dir ${CMAKE_CURRENT_LIST_DIR})
set(livekit_proto_out ${CMAKE_BINARY_DIR}/generated/livekit)
file(MAKE_DIRECTORY ${livekit_proto_out})
set(livekit_proto_sources)
foreach(name livekit_models livekit_rtc livekit_room livekit_webhook visavis_statistics)
  add_custom_command(
    OUTPUT ${livekit_proto_out}/${name}.pb.cc ${livekit_proto_out}/${name}.pb.h
    COMMAND protobuf::protoc --proto_path=${livekit_proto_dir} --cpp_out=${livekit_proto_out}
            ${livekit_proto_dir}/${name}.proto
    DEPENDS ${livekit_proto_dir}/livekit_models.proto ${livekit_proto_dir}/${name}.proto)
  list(APPEND livekit_proto_sources ${livekit_proto_out}/${name}.pb.cc)
endforeach()
add_library(vv_livekit_proto STATIC ${livekit_proto_sources})
target_include_directories(vv_livekit_proto SYSTEM PUBLIC ${livekit_proto_out})
target_link_libraries(vv_livekit_proto PUBLIC protobuf::libprotobuf)
