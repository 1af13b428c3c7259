package io.vigil.sinks.onvif;

import io.vigil.sinks.onvif.SceneFrame.SceneObject;
import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A frame as a {@code tt:MetadataStream} document of the ONVIF Analytics Service Specification, without line breaks. Thread-safe. */
public final class SceneXml {

    private static final String NAMESPACE = "http://www.onvif.org/ver10/schema";
    private static final XMLOutputFactory XML = XMLOutputFactory.newInstance();

    private SceneXml() {}

    public static String of(SceneFrame frame) {
        StringWriter out = new StringWriter(512);
        try {
            XMLStreamWriter xml = XML.createXMLStreamWriter(out);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.setPrefix("tt", NAMESPACE);
            xml.writeStartElement(NAMESPACE, "MetadataStream");
            xml.writeNamespace("tt", NAMESPACE);
            xml.writeStartElement(NAMESPACE, "VideoAnalytics");
            xml.writeStartElement(NAMESPACE, "Frame");
            xml.writeAttribute("UtcTime", frame.time().toString());
            xml.writeAttribute("Source", XmlText.of(frame.source()));
            for (SceneObject object : frame.objects()) {
                write(xml, object);
            }
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a string took no XML", e);
        }
        return out.toString();
    }

    private static void write(XMLStreamWriter xml, SceneObject object) throws XMLStreamException {
        xml.writeStartElement(NAMESPACE, "Object");
        if (object.id().isPresent()) {
            xml.writeAttribute("ObjectId", Integer.toString(object.id().getAsInt()));
        }
        xml.writeStartElement(NAMESPACE, "Appearance");
        writeShape(xml, object.box());
        xml.writeStartElement(NAMESPACE, "Class");
        writeType(xml, object.type().type(), object.likelihood());
        xml.writeEndElement();
        if (object.type().vehicle().isPresent()) {
            xml.writeStartElement(NAMESPACE, "VehicleInfo");
            writeType(xml, object.type().vehicle().get(), object.likelihood());
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static void writeShape(XMLStreamWriter xml, Rectangle box) throws XMLStreamException {
        xml.writeStartElement(NAMESPACE, "Shape");
        xml.writeEmptyElement(NAMESPACE, "BoundingBox");
        xml.writeAttribute("left", Float.toString(box.left()));
        xml.writeAttribute("top", Float.toString(box.top()));
        xml.writeAttribute("right", Float.toString(box.right()));
        xml.writeAttribute("bottom", Float.toString(box.bottom()));
        xml.writeEmptyElement(NAMESPACE, "CenterOfGravity");
        xml.writeAttribute("x", Float.toString(box.centreX()));
        xml.writeAttribute("y", Float.toString(box.centreY()));
        xml.writeEndElement();
    }

    private static void writeType(XMLStreamWriter xml, String type, float likelihood) throws XMLStreamException {
        xml.writeStartElement(NAMESPACE, "Type");
        xml.writeAttribute("Likelihood", Float.toString(likelihood));
        xml.writeCharacters(XmlText.of(type));
        xml.writeEndElement();
    }
}
